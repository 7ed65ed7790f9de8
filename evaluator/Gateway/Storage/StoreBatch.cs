using System;
using System.Buffers;
using System.Collections.Generic;

namespace Defender.Gateway.Storage;

/// <summary>Changes that become durable together: reused from batch to batch.</summary>
internal sealed class StoreBatch
{
    /// <summary>Goes up with each <see cref="Clear"/>: what belongs to an earlier batch is told from what belongs to this one.</summary>
    public long Generation { get; private set; } = 1;

    /// <summary>Resources to put or to delete; the last one of a kind and name wins.</summary>
    public List<ResourceRow> Resources { get; } = [];

    /// <summary>States of things; the last one of a thing wins.</summary>
    public List<ThingStateRow> ThingStates { get; } = [];

    /// <summary>
    /// What happened to alarms. An <c>in-alarm</c> event begins the violation, the other types end it. An event whose
    /// violation id and type are already stored is kept once.
    /// </summary>
    public List<StoredViolationEvent> ViolationEvents { get; } = [];

    /// <summary>Further violating datapoints of alarms that are open; of unknown ones nothing is kept.</summary>
    public List<LastViolation> LastViolations { get; } = [];

    /// <summary>Behaviors whose flags changed while the rule stayed: their active violations carry the new ones.</summary>
    public List<BehaviorFlagsRow> BehaviorFlags { get; } = [];

    /// <summary>What people said of violations; of unknown ones nothing is kept.</summary>
    public List<VerificationRow> Verifications { get; } = [];

    /// <summary>Ranges of blocks to delete, before <see cref="MetricBlocks"/> are put.</summary>
    public List<MetricBlockRange> MergedMetricBlocks { get; } = [];

    /// <summary>Blocks of metric values; the last one of a thing and start wins.</summary>
    public List<MetricBlockRow> MetricBlocks { get; } = [];

    /// <summary>Messages to send; each gets the next id.</summary>
    public List<OutboxMessage> Outbox { get; } = [];

    /// <summary>Ids of messages that were delivered; unknown ones do no harm.</summary>
    public List<long> Delivered { get; } = [];

    /// <summary>Values by name: what is small, one of its kind and replaced as a whole.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Room for the bytes of rows, until <see cref="Clear"/>: a batch that is used again allocates nothing for them. As large as
    /// the largest batch needed, which the owner bounds.
    /// </summary>
    public ArrayBufferWriter<byte> Bytes { get; } = new();

    /// <summary>Copies bytes to where they stay until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        int start = Bytes.WrittenCount;
        Bytes.Write(bytes);
        return Bytes.WrittenMemory[start..];
    }

    public bool IsEmpty =>
        Resources.Count == 0 && ThingStates.Count == 0 && ViolationEvents.Count == 0 && LastViolations.Count == 0 && BehaviorFlags.Count == 0
        && Verifications.Count == 0 && MergedMetricBlocks.Count == 0 && MetricBlocks.Count == 0 && Outbox.Count == 0
        && Delivered.Count == 0 && Values.Count == 0;

    public void Clear()
    {
        Generation++;
        Resources.Clear();
        ThingStates.Clear();
        ViolationEvents.Clear();
        LastViolations.Clear();
        BehaviorFlags.Clear();
        Verifications.Clear();
        MergedMetricBlocks.Clear();
        MetricBlocks.Clear();
        Outbox.Clear();
        Delivered.Clear();
        Values.Clear();
        Bytes.ResetWrittenCount();
    }
}
