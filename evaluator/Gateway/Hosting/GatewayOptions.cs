using System;
using System.Collections.Generic;
using Defender.Gateway.Brokers;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Defender.Gateway.Export;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Web;

namespace Defender.Gateway.Hosting;

/// <summary>What <c>defender-gateway run</c> was told.</summary>
internal sealed record GatewayOptions
{
    /// <summary>IANA: mqtt.</summary>
    public const int DefaultMqttPort = 1883;

    public const int DefaultHttpPort = 8080;

    /// <summary>MQTT port on loopback: 0 (any free one) to 65535.</summary>
    public int MqttPort { get; init; } = DefaultMqttPort;

    /// <summary>Whose rules hold where AWS IoT Core and the specification of MQTT differ.</summary>
    public MqttMode MqttMode { get; init; } = MqttMode.Aws;

    /// <summary>What MQTT clients may ask for.</summary>
    public MqttLimits MqttLimits { get; init; } = MqttLimits.Aws;

    /// <summary>HTTP port on loopback: 0 (any free one) to 65535.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>Where everything is kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A connection string of Npgsql for data that is not kept in the data directory; null for SQLite there.</summary>
    public string? Postgres { get; init; }

    /// <summary>CreateSecurityProfile documents, each attached to all things.</summary>
    public IReadOnlyList<string> ProfileFiles { get; init; } = [];

    /// <summary>The custom metrics and dimensions that profiles and reports may name; null for none.</summary>
    public string? DefinitionsFile { get; init; }

    /// <summary>Connections that the HTTP port serves at once; those on top are closed.</summary>
    public int MaxHttpConnections { get; init; } = ConnectionCap.DefaultMaxConnections;

    /// <summary>The region in the ARNs of the account.</summary>
    public string Region { get; init; } = Arns.DefaultRegion;

    /// <summary>The account in its ARNs, 12 digits.</summary>
    public string AccountId { get; init; } = Arns.DefaultAccountId;

    /// <summary>Requests a second that one operation of the API takes, 0 for no limit. AWS: 10 for most (DEV-08).</summary>
    public int ApiRequestsPerSecond { get; init; } = 100;

    /// <summary>The host name that DescribeEndpoint answers; null for the one that the caller used.</summary>
    public string? EndpointAddress { get; init; }

    /// <summary>How long violations are kept after they ended. AWS: 30 days.</summary>
    public TimeSpan ViolationRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long metric values are kept, in whole UTC days. AWS: 14 days.</summary>
    public TimeSpan MetricRetention { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Size above which the oldest metric values go early; null for no limit.</summary>
    public long? MaxStoreBytes { get; init; }

    /// <summary>Which sinks stand for the SNS topics of alert targets; null for none.</summary>
    public string? AlertsFile { get; init; }

    /// <summary>The AWS IoT policies by name; null for the default one only.</summary>
    public string? PoliciesFile { get; init; }

    /// <summary>An external broker that reports come from as well; null for none.</summary>
    public BrokerOptions? Broker { get; init; }

    /// <summary>Between two exports of metric values to a topic; times are whole multiples of it. AWS prints none.</summary>
    public TimeSpan ExportInterval { get; init; } = ExportPublisher.DefaultInterval;

    /// <summary>
    /// Length of the periods that cloud-side metrics are counted in, from a second to an hour, which it has to divide. AWS: 5
    /// minutes, for which the durations of behaviors are made: a shorter one is for trying things out.
    /// </summary>
    public TimeSpan CloudMetricPeriod { get; init; } = CloudPeriods.DefaultLength;

    /// <summary>Registered things whose connections are counted, 1 or more; about 400 bytes each.</summary>
    public int MaxTrackedClients { get; init; } = 100_000;

    /// <summary>Clients that are no registered things, counted apart so that they push none of those out; 1 or more.</summary>
    public int MaxUnregisteredClients { get; init; } = 20_000;

    /// <summary>The OpenTelemetry collector that metrics are sent to by OTLP over HTTP; null for none.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>
    /// Least time between two accepted reports of a thing; zero takes each report as it comes.
    /// AWS: 300 s, an adjustable quota. Here zero, so that an alarm takes seconds (DEV-01).
    /// </summary>
    public TimeSpan MinimumReportInterval { get; init; } = TimeSpan.Zero;

    /// <summary>Where devices are listened to beside plain MQTT on loopback, and who may come.</summary>
    public ListenerOptions Listeners { get; init; } = new();
}
