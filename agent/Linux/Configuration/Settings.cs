using System;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery;

namespace Defender.Agent.Linux.Configuration;

/// <summary>Everything that can be configured, but for the metrics of <c>custom-metrics</c>. The documentation's table is this one.</summary>
internal static class Settings
{
    /// <summary>The member of a file that holds custom metrics.</summary>
    public const string CustomMetrics = "custom-metrics";

    private const string Section = "device-defender";

    public static Setting Endpoint { get; } = new(
        "endpoint", "--endpoint", "HOST|URL", SettingKind.Text, null, "The gateway's MQTT endpoint: a host name, mqtts://HOST[:PORT] or mqtt://HOST[:PORT]");

    public static Setting Certificate { get; } = new(
        "cert", "--cert", "FILE", SettingKind.Path, null, "The device's certificate, PEM");

    public static Setting Key { get; } = new(
        "key", "--key", "FILE", SettingKind.Path, null, "The certificate's private key, PEM");

    public static Setting RootCa { get; } = new(
        "root-ca", "--root-ca", "FILE", SettingKind.Path, null, "Who may have signed the gateway's certificate, PEM; without it the system's authorities");

    public static Setting ThingName { get; } = new(
        "thing-name", "--thing", "NAME", SettingKind.Text, null, "The thing to report as, also the MQTT client id");

    public static Setting Enabled { get; } = new(
        Section + ".enabled", "--enabled", "true|false", SettingKind.Boolean, "true", "Whether to report at all");

    public static Setting Interval { get; } = new(
        Section + ".interval", "--interval", "TIME", SettingKind.Duration, "300", "Time between reports; AWS takes none below 300")
    {
        Minimum = 1000,
        Maximum = 86_400_000,
        OtherPath = Section + ".interval-in-seconds",
    };

    public static Setting Format { get; } = new(
        Section + ".format", "--format", "json|cbor", SettingKind.Choice, "json", "Encoding of the report") { Choices = ["json", "cbor"] };

    public static Setting Names { get; } = new(
        Section + ".names", "--names", "long|short", SettingKind.Choice, "long", "Names of its members") { Choices = ["long", "short"] };

    public static Setting MaxPorts { get; } = new(
        Section + ".max-ports", "--max-ports", "N", SettingKind.Integer, $"{ReportCaps.Default.Ports}", "Ports listed of TCP and of UDP; totals stay true")
    {
        Maximum = ReportCaps.Max,
    };

    public static Setting MaxConnections { get; } = new(
        Section + ".max-connections", "--max-connections", "N", SettingKind.Integer, $"{ReportCaps.Default.Connections}", "Connections listed; the total stays true")
    {
        Maximum = ReportCaps.Max,
    };

    public static Setting Interfaces { get; } = new(
        Section + ".interfaces", "--interfaces", "NAME,...", SettingKind.List, null, "Interfaces whose traffic is counted, * and ? allowed; without it each byte of the device once");

    public static Setting ExcludeInterfaces { get; } = new(
        Section + ".exclude-interfaces", "--exclude-interfaces", "NAME,...", SettingKind.List, null, "Interfaces whose traffic is never counted, * and ? allowed");

    public static Setting KernelPath { get; } = new(
        Section + ".kernel-path", "--kernel-path", "auto|netlink|proc", SettingKind.Choice, "auto", "How the kernel is asked for sockets and counters")
    {
        Choices = ["auto", "netlink", "proc"],
    };

    public static Setting MqttVersion { get; } = new(
        "mqtt.version", "--mqtt-version", "5|3.1.1", SettingKind.Choice, "5", "Version of MQTT") { Choices = ["5", "3.1.1"] };

    public static Setting ClientId { get; } = new(
        "mqtt.client-id", "--client-id", "ID", SettingKind.Text, null, "MQTT client id; without it the thing name");

    public static Setting UserName { get; } = new(
        "mqtt.user-name", "--user-name", "NAME", SettingKind.Text, null, "MQTT user name; without it none is sent");

    public static Setting Password { get; } = new(
        "mqtt.password", "--password", "TEXT", SettingKind.Text, null, "MQTT password") { IsSecret = true };

    public static Setting KeepAlive { get; } = new(
        "mqtt.keep-alive", "--keep-alive", "TIME", SettingKind.Duration, "300", "The longest silence of the agent")
    {
        Minimum = (long)DeliveryOptions.MinKeepAlive.TotalMilliseconds,
        Maximum = (long)DeliveryOptions.MaxKeepAlive.TotalMilliseconds,
    };

    public static Setting ConnectTimeout { get; } = new(
        "mqtt.connect-timeout", "--connect-timeout", "TIME", SettingKind.Duration, "30", "From resolving the name to CONNACK") { Minimum = 1000, Maximum = 600_000 };

    public static Setting AckTimeout { get; } = new(
        "mqtt.ack-timeout", "--ack-timeout", "TIME", SettingKind.Duration, "20", "Time for an acknowledgement, past which the connection is taken for dead")
    {
        Minimum = 1000,
        Maximum = 600_000,
    };

    public static Setting LongestRetryWait { get; } = new(
        "mqtt.longest-retry-wait", "--longest-retry-wait", "TIME", SettingKind.Duration, "60", "The longest wait between two attempts to connect")
    {
        Minimum = 2000,
        Maximum = 3_600_000,
    };

    public static Setting TlsImplementation { get; } = new(
        "tls.implementation", "--tls", "auto|openssl|sslstream", SettingKind.Choice, "auto", "Which library encrypts; auto: the system's OpenSSL 3 where it is")
    {
        Choices = ["auto", "openssl", "sslstream"],
    };

    public static Setting ServerName { get; } = new(
        "tls.server-name", "--server-name", "NAME", SettingKind.Text, null, "Name in the gateway's certificate; without it the host of the endpoint");

    public static Setting SpooledReports { get; } = new(
        "spool.reports", "--spooled-reports", "N", SettingKind.Integer, "64", "Reports kept while they cannot be delivered; the oldest is dropped for a newer")
    {
        Minimum = 1,
        Maximum = DeliveryOptions.MaxSpooledReports,
    };

    public static Setting ReplayInterval { get; } = new(
        "spool.replay-interval", "--replay-interval", "TIME", SettingKind.Duration, "1", "Between two kept reports that are sent after an outage") { Maximum = 3_600_000 };

    public static Setting StateDirectory { get; } = new(
        "state-directory", "--state-directory", "DIRECTORY", SettingKind.Path, null, "Where reports, report ids and counters outlive a restart; without it they do not");

    public static Setting StatusFile { get; } = new(
        "status-file", "--status-file", "FILE", SettingKind.Path, null, "What 'defender-agent status' reads; without it none is written");

    public static Setting AllowRoot { get; } = new(
        "allow-root", "--allow-root", "true|false", SettingKind.Boolean, "false", "Run as root all the same; nothing the agent does needs it");

    /// <summary>In the order of the documentation.</summary>
    public static Setting[] All { get; } =
    [
        Endpoint, ThingName, Certificate, Key, RootCa, Enabled, Interval, Format, Names, MaxPorts, MaxConnections, Interfaces,
        ExcludeInterfaces, KernelPath, MqttVersion, ClientId, UserName, Password, KeepAlive, ConnectTimeout, AckTimeout,
        LongestRetryWait, TlsImplementation, ServerName, SpooledReports, ReplayInterval, StateDirectory, StatusFile, AllowRoot,
    ];

    /// <summary>Those of what is collected, without those of where it goes.</summary>
    public static Setting[] OfCollection { get; } =
        [Format, Names, MaxPorts, MaxConnections, Interfaces, ExcludeInterfaces, KernelPath];

    /// <summary>
    /// Members of an AWS IoT Device Client configuration for what this agent does not do (Config.h, JSON_KEY_*): known, and left alone.
    /// </summary>
    public static string[] DeviceClientSections { get; } =
    [
        "logging", "jobs", "tunneling", "fleet-provisioning", "runtime-config", "samples", "sample-shadow", "config-shadow",
        "sensor-publish", "secure-element",
    ];

    /// <summary>The setting that stands at this path of a file; null for none.</summary>
    public static Setting? At(string path)
    {
        foreach (Setting setting in All)
        {
            if (setting.Path == path || setting.OtherPath == path)
                return setting;
        }

        return null;
    }

    /// <summary>Whether settings lie below this path.</summary>
    public static bool IsSection(string path)
    {
        foreach (Setting setting in All)
        {
            if (setting.Path.Length > path.Length && setting.Path[path.Length] == '.' && setting.Path.StartsWith(path, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
