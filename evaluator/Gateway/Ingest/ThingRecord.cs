using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Reports;
using Defender.Gateway.Control;

namespace Defender.Gateway.Ingest;

/// <summary>What the gateway remembers of a thing between its reports.</summary>
internal sealed class ThingRecord(string name)
{
    private const byte Version = 2;
    private const int Head = 1 + AdmissionState.SizeInBytes + MetricTail.SizeInBytes;

    private const int MaxLastViolations = 500;

    private Dictionary<string, DateTimeOffset>? _lastViolations;
    private EvaluationRules? _rules;
    private ThingProfiles _profiles = ThingProfiles.None;

    public string Name { get; } = name;

    /// <summary>When and what it reported last.</summary>
    public AdmissionState Admission { get; set; }

    /// <summary>Its newest metric values.</summary>
    public MetricTail Tail { get; set; }

    /// <summary>The batch that its newest values were put into; not stored.</summary>
    public long TailBatch { get; set; }

    /// <summary>Whether its stored state could not be read, so that the store may list alarms that nothing here knows of; not stored.</summary>
    public bool LostAlarms { get; set; }

    /// <summary>Where its behaviors stand.</summary>
    public ThingState Evaluation { get; private init; } = new();

    /// <summary>The behaviors that apply to it under rules, remembered until the rules change.</summary>
    public ThingProfiles ProfilesUnder(EvaluationRules rules)
    {
        if (!ReferenceEquals(_rules, rules))
        {
            _profiles = rules.For(Name);
            _rules = rules;
        }

        return _profiles;
    }

    /// <summary>Whether the last violating value of an alarm is another than the one that was asked about before.</summary>
    public bool IsNewer(ActiveViolation violation)
    {
        _lastViolations ??= new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (_lastViolations.TryGetValue(violation.ViolationId, out DateTimeOffset known) && known == violation.LastViolationAt)
            return false;
        // Ids of alarms that ended stay behind: they are few until here.
        if (_lastViolations.Count >= MaxLastViolations)
            _lastViolations.Clear();
        _lastViolations[violation.ViolationId] = violation.LastViolationAt;
        return true;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="name">The thing.</param>
    /// <param name="bytes">What the store kept; not trusted.</param>
    /// <param name="record">The record; a new one where the bytes are damaged or of another version.</param>
    public static bool TryRead(string name, ReadOnlySpan<byte> bytes, out ThingRecord record)
    {
        record = new ThingRecord(name);
        if (bytes.Length < Head || bytes[0] != Version || !ThingState.TryRead(bytes[Head..], out ThingState evaluation, out _))
            return false;
        try
        {
            ReadOnlySpan<byte> tail = bytes[(1 + AdmissionState.SizeInBytes)..];
            record = new ThingRecord(name)
            {
                Admission = AdmissionState.Read(bytes[1..]),
                Tail = new MetricTail(BinaryPrimitives.ReadInt64LittleEndian(tail), BinaryPrimitives.ReadInt64LittleEndian(tail[8..]), tail[16]),
                Evaluation = evaluation,
            };
            return true;
        }
        catch (ArgumentException)
        {
            // A time that does not exist.
            return false;
        }
    }

    /// <summary>Writes the record as the store keeps it.</summary>
    /// <param name="bytes">Where to; what is in it stays.</param>
    /// <returns>What was written. It stays as it is when more is written behind it.</returns>
    public ReadOnlyMemory<byte> Write(ArrayBufferWriter<byte> bytes)
    {
        int start = bytes.WrittenCount;
        bytes.GetSpan(1)[0] = Version;
        bytes.Advance(1);
        Admission.Write(bytes.GetSpan(AdmissionState.SizeInBytes));
        bytes.Advance(AdmissionState.SizeInBytes);
        Span<byte> tail = bytes.GetSpan(MetricTail.SizeInBytes);
        BinaryPrimitives.WriteInt64LittleEndian(tail, Tail.First);
        BinaryPrimitives.WriteInt64LittleEndian(tail[8..], Tail.Last);
        tail[16] = Tail.Count;
        bytes.Advance(MetricTail.SizeInBytes);
        Evaluation.Write(bytes);
        return bytes.WrittenMemory[start..];
    }
}
