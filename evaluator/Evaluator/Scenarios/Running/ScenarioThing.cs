using System;
using System.Buffers;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Reports;

namespace Defender.Evaluator.Scenarios.Running;

/// <summary>What a gateway remembers of a thing.</summary>
internal sealed class ScenarioThing(string name)
{
    public string Name { get; } = name;

    public ThingMembership Membership { get; set; } = ThingMembership.Registered;

    /// <summary>Set from its deletion to the next sign of life.</summary>
    public bool IsDeleted { get; set; }

    public AdmissionState Admission { get; set; }

    public ThingState State { get; private set; } = new();

    /// <summary>Saves and restores its state.</summary>
    public void Restart()
    {
        var saved = new ArrayBufferWriter<byte>();
        State.Write(saved);
        if (!ThingState.TryRead(saved.WrittenSpan, out ThingState restored, out _))
            throw new InvalidOperationException($"the state of {Name} cannot be read back");
        State = restored;
        Span<byte> admission = stackalloc byte[AdmissionState.SizeInBytes];
        Admission.Write(admission);
        Admission = AdmissionState.Read(admission);
    }
}
