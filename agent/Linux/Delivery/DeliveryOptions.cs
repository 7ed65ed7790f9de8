using System;
using Defender.Agent.Linux.Tls;
using Defender.Mqtt;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Where reports go and how: the connection, what is kept while there is none, and where it is kept.</summary>
internal sealed class DeliveryOptions
{
    /// <summary>AWS: keep-alive of 30 to 1200 s.</summary>
    public static readonly TimeSpan MinKeepAlive = TimeSpan.FromSeconds(30);

    /// <summary>The same.</summary>
    public static readonly TimeSpan MaxKeepAlive = TimeSpan.FromSeconds(1200);

    /// <summary>The most reports that may be spooled: at 300 s three and a half days, and 128 MiB at the very most.</summary>
    public const int MaxSpooledReports = 1024;

    /// <summary>Where systemd's <c>StateDirectory=defender-agent</c> is.</summary>
    public const string DefaultStateDirectory = "/var/lib/defender-agent";

    public required Endpoint Endpoint { get; init; }

    /// <summary>Used when the endpoint is mqtts.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>The version of MQTT. Default 5.0, which says why something is refused; AWS IoT Core, Mosquitto 2 and the gateway speak both.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>The MQTT client identifier; null for the thing name, so that device-side and cloud-side metrics meet in one thing.</summary>
    public string? ClientId { get; init; }

    /// <summary>Null sends none.</summary>
    public string? UserName { get; init; }

    /// <summary>Empty sends none. A secret: shown nowhere.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>The longest silence of the agent, in whole seconds, 30 to 1200 s. Default 300 s. The gateway misses a dead agent after one and a half times it.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>From resolving the name to CONNACK, for all addresses together; 1 s to 10 min. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time for PUBACK, SUBACK and PINGRESP; 1 s to 10 min. Default 20 s. Past it the connection is taken for dead.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest wait between two attempts to connect; 2 s to 1 h. Default 60 s.</summary>
    public TimeSpan LongestRetryWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reports kept while they cannot be delivered, 1 to <see cref="MaxSpooledReports"/>; the oldest is dropped for a newer. Default 64.</summary>
    public int SpooledReports { get; init; } = 64;

    /// <summary>Between two spooled reports that are sent after an outage; 0 to 1 h. Default 1 s.</summary>
    public TimeSpan ReplayInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For spool, report ids and counters over restarts; null keeps them in memory only. Default null: nothing is written without being asked for.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>Where <c>status</c> reads; null writes none. Best on a file system in memory: <c>/run/defender-agent/status.json</c>.</summary>
    public string? StatusFile { get; init; }
}
