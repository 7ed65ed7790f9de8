using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;

namespace Defender.Gateway.Mqtt;

/// <summary>The limits that can be set, by the names that <c>--limit NAME=VALUE</c> takes.</summary>
internal static class MqttLimitNames
{
    private delegate MqttLimits Setter(MqttLimits limits, long value);

    private static readonly Dictionary<string, Limit> ByName = new List<Limit>
    {
        Bytes("connect-packet-bytes", 256, 65_536, l => l.MaxConnectPacketBytes, (l, v) => l with { MaxConnectPacketBytes = (int)v }),
        Bytes("payload-bytes", 1024, 16 << 20, l => l.MaxPayloadBytes, (l, v) => l with { MaxPayloadBytes = (int)v }),
        Bytes("client-id-bytes", 1, 65_535, l => l.MaxClientIdBytes, (l, v) => l with { MaxClientIdBytes = (int)v }),
        Bytes("topic-bytes", 64, 65_535, l => l.MaxTopicBytes, (l, v) => l with { MaxTopicBytes = (int)v }),
        Count("topic-slashes", 7, 127, l => l.MaxTopicSlashes, (l, v) => l with { MaxTopicSlashes = (int)v }),
        Count("filters-per-subscribe", 1, 10_000, l => l.MaxFiltersPerSubscribe, (l, v) => l with { MaxFiltersPerSubscribe = (int)v }),
        Count("subscriptions", 1, 100_000, l => l.MaxSubscriptions, (l, v) => l with { MaxSubscriptions = (int)v }),
        Count("unacknowledged", 1, 65_535, l => l.MaxUnacknowledged, (l, v) => l with { MaxUnacknowledged = (int)v }),
        Count("receive-maximum", 1, 65_535, l => l.ReceiveMaximum, (l, v) => l with { ReceiveMaximum = (int)v }),
        Count("topic-aliases", 0, 1000, l => l.TopicAliasMaximum, (l, v) => l with { TopicAliasMaximum = (int)v }),
        Bytes("pending-bytes", 4096, 64 << 20, l => l.MaxPendingBytes, (l, v) => l with { MaxPendingBytes = (int)v }),
        Count("queued-messages", 0, 1_000_000, l => l.MaxQueuedMessages, (l, v) => l with { MaxQueuedMessages = (int)v }),
        Bytes("queued-bytes", 0, 1 << 30, l => l.MaxQueuedBytes, (l, v) => l with { MaxQueuedBytes = (int)v }),
        Count("offline-sessions", 0, 10_000_000, l => l.MaxOfflineSessions, (l, v) => l with { MaxOfflineSessions = (int)v }),
        Seconds("session-expiry", 0, 604_800, l => l.SessionExpiry, (l, v) => l with { SessionExpiry = v }),
        Seconds("max-session-expiry", 0, uint.MaxValue - 1, l => l.MaxSessionExpiry, (l, v) => l with { MaxSessionExpiry = v }),
        Count("retained-messages", 0, 10_000_000, l => l.MaxRetained, (l, v) => l with { MaxRetained = (int)v }),
        Count("connections", 1, 10_000_000, l => l.MaxConnections, (l, v) => l with { MaxConnections = (int)v }),
        Count("connections-of-address", 1, 10_000_000, l => l.MaxConnectionsOfAddress, (l, v) => l with { MaxConnectionsOfAddress = (int)v }),
        Count("connects-per-second-of-address", 0, 1_000_000, l => l.ConnectsPerSecondOfAddress, (l, v) => l with { ConnectsPerSecondOfAddress = (int)v }),
        Count("connects-per-second-of-client", 0, 1_000_000, l => l.ConnectsPerSecondOfClient, (l, v) => l with { ConnectsPerSecondOfClient = (int)v }),
        Count("publishes-per-second", 0, 10_000_000, l => l.PublishesPerSecond, (l, v) => l with { PublishesPerSecond = (int)v }),
        Bytes("publish-bytes-per-second", 0, 1 << 30, l => l.PublishBytesPerSecond, (l, v) => l with { PublishBytesPerSecond = (int)v }),
        Bytes("memory-budget-bytes", 1 << 20, 1L << 40, l => l.MemoryBudgetBytes, (l, v) => l with { MemoryBudgetBytes = v }),
        Seconds("connect-timeout", 1, 600, l => l.ConnectTimeout, (l, v) => l with { ConnectTimeout = v }),
        Seconds("farewell-timeout", 1, 60, l => l.FarewellTimeout, (l, v) => l with { FarewellTimeout = v }),
        Seconds("keep-alive", 5, 65_535, l => l.MaxKeepAlive, (l, v) => l with { MaxKeepAlive = v }),
    }.ToDictionary(limit => limit.Name, StringComparer.Ordinal);

    /// <summary>All names, in the order of the alphabet.</summary>
    public static IEnumerable<string> All => ByName.Keys.Order(StringComparer.Ordinal);

    /// <summary>The value of a limit as <c>--limit</c> takes it.</summary>
    public static long Read(MqttLimits limits, string name) => ByName[name].Get(limits);

    /// <summary>Sets one limit from <c>NAME=VALUE</c>; durations are whole seconds.</summary>
    public static bool TrySet(MqttLimits limits, string setting, out MqttLimits changed, [NotNullWhen(false)] out string? error)
    {
        changed = limits;
        error = null;
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            error = $"'{setting}' is not NAME=VALUE";
        else if (!ByName.TryGetValue(setting[..equals], out Limit? limit))
            error = $"there is no limit '{setting[..equals]}'; there are: {string.Join(", ", All)}";
        else if (!long.TryParse(setting.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            || value < limit.Min || value > limit.Max)
            error = $"{limit.Name} takes a number of {limit.Unit} from {limit.Min} to {limit.Max}, not '{setting[(equals + 1)..]}'";
        else
            changed = limit.Set(limits, value);
        return error is null;
    }

    private static Limit Count(string name, long min, long max, Func<MqttLimits, long> get, Setter set) => new(name, "items", min, max, get, set);

    private static Limit Bytes(string name, long min, long max, Func<MqttLimits, long> get, Setter set) => new(name, "bytes", min, max, get, set);

    private static Limit Seconds(string name, long min, long max, Func<MqttLimits, TimeSpan> get, Func<MqttLimits, TimeSpan, MqttLimits> set) =>
        new(name, "seconds", min, max, l => (long)get(l).TotalSeconds, (l, v) => set(l, TimeSpan.FromSeconds(v)));

    private sealed record Limit(string Name, string Unit, long Min, long Max, Func<MqttLimits, long> Get, Setter Set);
}
