using System;
using System.Collections.Generic;

namespace Defender.Gateway.Storage;

/// <summary>Changes that become durable together: reused from batch to batch.</summary>
internal sealed class StoreBatch
{
    public List<ThingStateRow> ThingStates { get; } = [];

    public List<StoredViolationEvent> ViolationEvents { get; } = [];

    /// <summary>What the fleet's percentiles are made of, as bytes; null when it is not to be written.</summary>
    public ReadOnlyMemory<byte>? FleetStatistics { get; set; }

    public bool IsEmpty => ThingStates.Count == 0 && ViolationEvents.Count == 0 && FleetStatistics is null;

    public void Clear()
    {
        ThingStates.Clear();
        ViolationEvents.Clear();
        FleetStatistics = null;
    }
}

/// <summary>A thing's state as bytes that only the owner of the thing reads.</summary>
/// <param name="ThingName">The thing.</param>
/// <param name="State">Its state.</param>
/// <param name="InAlarm">Whether an alarm is open in it.</param>
/// <param name="WrittenAt">When it was made.</param>
internal readonly record struct ThingStateRow(string ThingName, ReadOnlyMemory<byte> State, bool InAlarm, DateTimeOffset WrittenAt);

/// <summary>A violation event: what is searched, and the document as it is shown.</summary>
/// <param name="ViolationId">The alarm's id.</param>
/// <param name="ThingName">The thing.</param>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="BehaviorName">The behavior.</param>
/// <param name="Type">The wire name of the event type.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Document">The SNS-shaped message with its evidence, UTF-8 JSON.</param>
internal sealed record StoredViolationEvent(
    string ViolationId,
    string ThingName,
    string SecurityProfileName,
    string BehaviorName,
    string Type,
    DateTimeOffset Time,
    byte[] Document);
