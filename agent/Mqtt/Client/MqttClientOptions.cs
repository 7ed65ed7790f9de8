using System;
using System.Net.Security;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

/// <summary>How a client connects; checked by <see cref="MqttClient.ConnectAsync"/>, immutable, good for any number of connections.</summary>
public sealed class MqttClientOptions
{
    /// <summary>The version of MQTT. Default 3.1.1.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V311;

    /// <summary>Name or address of the server; names are resolved anew for each connection.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port, 1 to 65,535. Default 1883, also with TLS: 8883 is the one to set then.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Whether the connection is TLS, 1.2 or newer. Default false.</summary>
    public bool UseTls { get; init; }

    /// <summary>
    /// Called before each TLS handshake with the options to complete: client certificates, trust, ALPN.
    /// Target host and protocol versions are set before. Ignored without <see cref="UseTls"/>.
    /// </summary>
    public Action<SslClientAuthenticationOptions>? ConfigureTls { get; init; }

    /// <summary>
    /// Opens the byte stream in place of .NET's sockets; <see cref="UseTls"/> and <see cref="ConfigureTls"/> are then not looked at.
    /// It may fail with IOException, SocketException, AuthenticationException or <see cref="MqttException"/>. Default null.
    /// </summary>
    public Func<CancellationToken, Task<MqttTransport>>? OpenTransport { get; init; }

    /// <summary>1 to 65,535 bytes of UTF-8; may be empty with a clean session, the server chooses one then.</summary>
    public required string ClientId { get; init; }

    /// <summary>
    /// MQTT 3.1.1: whether the server forgets subscriptions and undelivered messages with the connection. MQTT 5.0 (Clean Start):
    /// whether it forgets those of the connection before. Default true.
    /// </summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>MQTT 5.0: how long the session outlives the connection, in whole seconds, 0 to 4,294,967,295 s, which is for ever. Default 0.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>MQTT 5.0: messages of QoS 1 that the server may have on their way to this client, 1 to 65,535. Default 65,535.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The longest silence of this client, in whole seconds, 0 to 65,535 s; 0 is off. Default 60 s. AWS: 30 to 1200 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time from resolving the name to CONNACK; positive. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time for a write to leave and for PUBACK, SUBACK, UNSUBACK and PINGRESP to come; positive. Default 10 s.
    /// A server that misses it ends the connection: MQTT 3.1.1 repeats packets on a new connection only (MQTT-4.4.0-1).
    /// </summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest packet taken from the server, in bytes; MQTT 5.0 tells the server. Default 128 KiB, AWS's limit of a payload, and 66,000 for topic and header.</summary>
    public int MaxPacketSize { get; init; } = (128 * 1024) + 66_000;

    /// <summary>The most packets that wait for an acknowledgement, 1 to 65,535, or fewer if the server says so; further calls wait. Default 100, AWS's limit of a client.</summary>
    public int MaxInFlight { get; init; } = 100;

    /// <summary>
    /// Whether QoS 1 messages are acknowledged by <see cref="MqttClient.AcknowledgeAsync"/> only, so that the server keeps what the
    /// application has not dealt with. Default false: each is acknowledged when it has entered <see cref="MqttClient.Messages"/>.
    /// </summary>
    public bool ManualAcknowledgement { get; init; }

    /// <summary>
    /// Takes each message in place of <see cref="MqttClient.Messages"/>, which stays empty then: nothing is allocated for it. A QoS 1
    /// message is acknowledged when it returns, so not together with <see cref="ManualAcknowledgement"/>. Default null.
    /// </summary>
    public MqttMessageHandler? OnMessage { get; init; }

    /// <summary>At most 65,535 bytes of UTF-8; null sends none.</summary>
    public string? UserName { get; init; }

    /// <summary>At most 65,535 bytes; empty sends none. In MQTT 3.1.1 it needs a user name.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>The clock of every timeout. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">A value is outside of its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Host);
        ArgumentOutOfRangeException.ThrowIfLessThan(Port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        CheckText(ClientId, nameof(ClientId));
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepAlive, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(KeepAlive, TimeSpan.FromSeconds(ushort.MaxValue));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AckTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPacketSize, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxInFlight, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Password.Length, ushort.MaxValue);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ValidateSession();
        if (OnMessage is not null && ManualAcknowledgement)
        {
            throw new ArgumentException("What takes the messages acknowledges them by returning.", nameof(ManualAcknowledgement));
        }

        if (KeepAlive.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(KeepAlive), KeepAlive, "MQTT carries the keep-alive in whole seconds.");
        }

        if (ClientId.Length == 0 && !CleanSession && Version != MqttVersion.V5)
        {
            throw new ArgumentException("An empty client identifier needs a clean session (MQTT-3.1.3-7).", nameof(ClientId));
        }

        if (UserName is not null)
        {
            CheckText(UserName, nameof(UserName));
        }
        else if (!Password.IsEmpty && Version != MqttVersion.V5)
        {
            throw new ArgumentException("A password needs a user name (MQTT-3.1.2-22).", nameof(Password));
        }
    }

    private void ValidateSession()
    {
        if (Version is not (MqttVersion.V311 or MqttVersion.V5))
        {
            throw new ArgumentOutOfRangeException(nameof(Version), (int)Version, "The versions are 3.1.1 and 5.0.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveMaximum, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReceiveMaximum, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(SessionExpiry, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SessionExpiry, TimeSpan.FromSeconds(uint.MaxValue));
        if (SessionExpiry.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(SessionExpiry), SessionExpiry, "MQTT carries the session expiry in whole seconds.");
        }

        if (Version != MqttVersion.V5 && (SessionExpiry != TimeSpan.Zero || ReceiveMaximum != ushort.MaxValue))
        {
            throw new ArgumentException("Session expiry and receive maximum need MQTT 5.0.", nameof(Version));
        }
    }

    private static void CheckText(string text, string property)
    {
        ArgumentNullException.ThrowIfNull(text, property);
        if (text.Contains('\0') || Encoding.UTF8.GetByteCount(text) > ushort.MaxValue)
        {
            throw new ArgumentException($"{property} must be at most 65,535 bytes of UTF-8 without U+0000.", property);
        }
    }
}
