using System;

namespace Defender.Gateway.Storage;

/// <summary>A violation event: what is searched, and the document as it is shown.</summary>
/// <param name="ViolationId">The alarm's id.</param>
/// <param name="ThingName">The thing.</param>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="BehaviorName">The behavior.</param>
/// <param name="CriteriaType">The wire name of BehaviorCriteriaType.</param>
/// <param name="IsSuppressed">Whether the behavior suppresses alerts.</param>
/// <param name="Type">The wire name of the event type.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Document">The SNS-shaped message with its evidence, UTF-8 JSON.</param>
internal sealed record StoredViolationEvent(
    string ViolationId,
    string ThingName,
    string SecurityProfileName,
    string BehaviorName,
    string CriteriaType,
    bool IsSuppressed,
    string Type,
    DateTimeOffset Time,
    byte[] Document)
{
    /// <summary>The type of events that begin a violation.</summary>
    public const string InAlarm = "in-alarm";

    /// <summary>Its place among the events of the same time; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>The Behavior, UTF-8 JSON; only of events that begin a violation, and only on their way in.</summary>
    public byte[]? Behavior { get; init; }

    /// <summary>The MetricValue, UTF-8 JSON; only of events that begin a violation, and only on their way in.</summary>
    public byte[]? MetricValue { get; init; }

    /// <summary>What people said of the violation; only on the way out.</summary>
    public Verification Verification { get; init; } = Verification.Unknown;
}

/// <summary>A violation as a whole.</summary>
/// <param name="Id">Its place: larger ones began to be stored later.</param>
/// <param name="ViolationId">The alarm's id.</param>
/// <param name="ThingName">The thing.</param>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="BehaviorName">The behavior.</param>
/// <param name="IsSuppressed">Whether the behavior suppresses alerts.</param>
/// <param name="Behavior">The Behavior, UTF-8 JSON.</param>
/// <param name="StartedAt">Time of the in-alarm event.</param>
/// <param name="LastViolationAt">Time of the newest violating datapoint.</param>
/// <param name="LastViolationValue">Its MetricValue, UTF-8 JSON.</param>
/// <param name="EndedAt">When it was cleared or invalidated; null while it is active.</param>
/// <param name="Verification">What people said of it.</param>
internal sealed record StoredViolation(
    long Id,
    string ViolationId,
    string ThingName,
    string SecurityProfileName,
    string BehaviorName,
    bool IsSuppressed,
    byte[] Behavior,
    DateTimeOffset StartedAt,
    DateTimeOffset LastViolationAt,
    byte[] LastViolationValue,
    DateTimeOffset? EndedAt,
    Verification Verification);

/// <summary>What people said of a violation.</summary>
/// <param name="State">The wire name of VerificationState.</param>
/// <param name="Description">Their reason; null when none was given.</param>
internal sealed record Verification(string State, string? Description)
{
    /// <summary>The state of violations that nothing was said of.</summary>
    public const string UnknownState = "UNKNOWN";

    /// <summary>Nothing was said.</summary>
    public static Verification Unknown { get; } = new(UnknownState, null);
}

/// <summary>A new verification of a violation.</summary>
internal readonly record struct VerificationRow(string ViolationId, Verification Verification);

/// <summary>A behavior as it is now.</summary>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="BehaviorName">The behavior.</param>
/// <param name="IsSuppressed">Whether it suppresses alerts.</param>
/// <param name="Behavior">The Behavior, UTF-8 JSON.</param>
internal readonly record struct BehaviorFlagsRow(string SecurityProfileName, string BehaviorName, bool IsSuppressed, byte[] Behavior);

/// <summary>The newest violating datapoint of an open alarm.</summary>
/// <param name="ViolationId">The alarm's id.</param>
/// <param name="Time">The datapoint's time.</param>
/// <param name="Value">Its MetricValue, UTF-8 JSON.</param>
internal readonly record struct LastViolation(string ViolationId, DateTimeOffset Time, byte[] Value);

/// <summary>Which violations to list; null members do not narrow.</summary>
internal sealed record ViolationFilter
{
    /// <summary>All.</summary>
    public static ViolationFilter None { get; } = new();

    public string? ThingName { get; init; }

    public string? SecurityProfileName { get; init; }

    public string? BehaviorName { get; init; }

    /// <summary>The wire name of BehaviorCriteriaType.</summary>
    public string? CriteriaType { get; init; }

    public bool? IsSuppressed { get; init; }

    /// <summary>The wire name of VerificationState.</summary>
    public string? VerificationState { get; init; }
}

/// <summary>A place in the list of events: time first, then id.</summary>
internal readonly record struct ViolationEventPosition(DateTimeOffset Time, long Id);
