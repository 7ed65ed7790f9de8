using System;
using System.Buffers;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Reports;

namespace Defender.Gateway.Ingest;

/// <summary>What the gateway remembers of a thing between its reports.</summary>
internal sealed class ThingRecord(string name)
{
    private const byte Version = 1;
    private const int Head = 1 + AdmissionState.SizeInBytes;

    public string Name { get; } = name;

    /// <summary>When and what it reported last.</summary>
    public AdmissionState Admission { get; set; }

    /// <summary>Where its behaviors stand.</summary>
    public ThingState Evaluation { get; private init; } = new();

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
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
            record = new ThingRecord(name) { Admission = AdmissionState.Read(bytes[1..]), Evaluation = evaluation };
            return true;
        }
        catch (ArgumentException)
        {
            // A time that does not exist.
            return false;
        }
    }

    /// <summary>The record as the store keeps it.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        bytes.GetSpan(1)[0] = Version;
        bytes.Advance(1);
        Admission.Write(bytes.GetSpan(AdmissionState.SizeInBytes));
        bytes.Advance(AdmissionState.SizeInBytes);
        Evaluation.Write(bytes);
        return bytes.WrittenMemory;
    }
}
