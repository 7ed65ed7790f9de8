using System;

namespace Defender.Gateway.Storage;

/// <summary>One resource of the control plane.</summary>
/// <param name="Kind">What it is: a word of the control plane.</param>
/// <param name="Name">Unique in its kind.</param>
/// <param name="Document">Its content, UTF-8 JSON that only the control plane reads; null to delete it.</param>
internal readonly record struct ResourceRow(string Kind, string Name, byte[]? Document);

/// <summary>A thing's state as bytes that only the owner of the thing reads.</summary>
/// <param name="ThingName">The thing.</param>
/// <param name="State">Its state.</param>
/// <param name="InAlarm">Whether an alarm is open in it.</param>
/// <param name="WrittenAt">When it was made.</param>
internal readonly record struct ThingStateRow(string ThingName, ReadOnlyMemory<byte> State, bool InAlarm, DateTimeOffset WrittenAt);

/// <summary>A block of metric values of one thing.</summary>
/// <param name="ThingName">The thing.</param>
/// <param name="Start">Time of its first sample, whole milliseconds; unique for the thing. All samples are of the same UTC day.</param>
/// <param name="Data">The encoded values.</param>
internal readonly record struct MetricBlockRow(string ThingName, DateTimeOffset Start, ReadOnlyMemory<byte> Data);

/// <summary>The blocks of one thing that start in a time range of one UTC day, both ends included.</summary>
internal readonly record struct MetricBlockRange(string ThingName, DateTimeOffset From, DateTimeOffset To);

/// <summary>A message to send.</summary>
/// <param name="Destination">What it waits for.</param>
/// <param name="MessageId">By which receivers know one that comes twice.</param>
/// <param name="Body">The message.</param>
/// <param name="CreatedAt">When it was made.</param>
internal readonly record struct OutboxMessage(string Destination, string MessageId, byte[] Body, DateTimeOffset CreatedAt);

/// <summary>A message that waits.</summary>
/// <param name="Id">Its place: larger ones came later.</param>
/// <param name="Message">The message.</param>
internal readonly record struct OutboxRow(long Id, OutboxMessage Message);
