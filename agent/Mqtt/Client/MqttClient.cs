using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Client;

/// <summary>
/// One connection to a server of MQTT 3.1.1 or 5.0. It does not reconnect: when <see cref="Completion"/> ends, the owner makes a new one.
/// All members may be used by any number of threads.
/// </summary>
public sealed partial class MqttClient : IAsyncDisposable
{
    /// <summary>Messages that wait for the application; a full channel stops reading from the server, so nothing is dropped.</summary>
    private const int MessageCapacity = 256;

    /// <summary>How long a server may take to close after DISCONNECT before this side does.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly MqttClientOptions _options;
    private readonly MqttTransport _transport;
    private readonly FrameReader _frames;
    private readonly PacketSender _sender;
    private readonly InFlight _inFlight;
    private readonly Channel<MqttMessage>? _messages = HasMessages
        ? Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(MessageCapacity) { FullMode = BoundedChannelFullMode.Wait })
        : null;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Task _receiving;
    private readonly Task _keepingAlive;
    private volatile int _closing;
    private volatile int _over;
    private int _disposed;

    private MqttClient(
        MqttClientOptions options,
        MqttServerLimits server,
        MqttTransport transport,
        FrameReader frames,
        PacketSender sender,
        bool sessionPresent)
    {
        _options = options;
        _transport = transport;
        _frames = frames;
        _sender = sender;
        // v5 section 3.2.2.3.3 counts PUBLISH only; SUBSCRIBE and UNSUBSCRIBE are few.
        _inFlight = new InFlight(Math.Min(options.MaxInFlight, server.ReceiveMaximum), options.TimeProvider);
        _pong = new Signal(options.TimeProvider);
        Server = server;
        SessionPresent = sessionPresent;
        _receiving = ReceiveAsync(_lifetime.Token);
        _keepingAlive = server.KeepAlive > TimeSpan.Zero ? KeepAliveAsync(_lifetime.Token) : Task.CompletedTask;
    }

    /// <summary>Whether the server kept the session of an earlier connection: its subscriptions still stand.</summary>
    public bool SessionPresent { get; }

    /// <summary>What the server said of the connection.</summary>
    public MqttServerLimits Server { get; }

    /// <summary>
    /// The messages the server delivered, at most 256 waiting; a slow reader slows the server down. A QoS 1 message is acknowledged
    /// when it has entered the channel, or by <see cref="AcknowledgeAsync"/> with <see cref="MqttClientOptions.ManualAcknowledgement"/>.
    /// Completes without error when the connection ends.
    /// </summary>
    /// <remarks>
    /// A reader that awaits QoS 1 publishes between its reads can fill the channel and then waits for a PUBACK that stands
    /// behind it: publish from another task then.
    /// </remarks>
    public ChannelReader<MqttMessage> Messages => (_messages ?? throw NoMessages()).Reader;

    // A program that takes its messages by OnMessage is published without the channel.
    [FeatureSwitchDefinition("Defender.Mqtt.Messages")]
    private static bool HasMessages { get; } = !AppContext.TryGetSwitch("Defender.Mqtt.Messages", out bool isOn) || isOn;

    private static NotSupportedException NoMessages() =>
        new("This program was published with Defender.Mqtt.Messages=false: its messages are taken by MqttClientOptions.OnMessage.");

    /// <summary>Ends with the connection: successfully after <see cref="DisconnectAsync"/>, else with the <see cref="MqttException"/> that ended it.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Asks for the messages of a filter.</summary>
    /// <param name="filter">A topic filter, 1 to 65,535 bytes of UTF-8.</param>
    /// <param name="qos">The highest QoS of deliveries: 0 or 1.</param>
    /// <param name="ct">Ends the wait; a SUBSCRIBE that was sent stays sent.</param>
    /// <returns>The QoS that the server granted, which may be lower.</returns>
    /// <exception cref="ArgumentException">The filter is not valid, or QoS 2 is asked for, which this client does not do.</exception>
    /// <exception cref="MqttException">Refused: the server denies this filter. Else the connection is over.</exception>
    public async Task<MqttQoS> SubscribeAsync(string filter, MqttQoS qos, CancellationToken ct)
    {
        CheckFilter(filter);
        CheckQoS(qos);
        Acknowledgement acknowledgement = await ExchangeAsync(
            MqttPacketType.SubAck,
            new OutgoingPacket { Type = MqttPacketType.Subscribe, Version = _options.Version, Filter = filter, QoS = qos },
            ct);
        return acknowledgement.IsRefusal
            ? throw acknowledgement.ToException($"the subscription to '{filter}'")
            : (MqttQoS)acknowledgement.Code;
    }

    /// <summary>Gives a filter up; messages that are on their way still come.</summary>
    /// <exception cref="ArgumentException">The filter is not valid.</exception>
    /// <exception cref="MqttException">Refused: the server denies it (MQTT 5.0 only). Else the connection is over.</exception>
    public async Task UnsubscribeAsync(string filter, CancellationToken ct)
    {
        CheckFilter(filter);
        Acknowledgement acknowledgement = await ExchangeAsync(
            MqttPacketType.UnsubAck,
            new OutgoingPacket { Type = MqttPacketType.Unsubscribe, Version = _options.Version, Filter = filter },
            ct);
        if (acknowledgement.IsRefusal)
        {
            throw acknowledgement.ToException($"to end the subscription to '{filter}'");
        }
    }

    /// <summary>Publishes a message; QoS 0 completes when it is handed to the network, QoS 1 at its PUBACK.</summary>
    /// <param name="topic">A topic name, 1 to 65,535 bytes of UTF-8.</param>
    /// <param name="payload">The bytes; they must not change until the task completes.</param>
    /// <param name="qos">0 or 1.</param>
    /// <param name="ct">Ends the wait; a PUBLISH that was sent stays sent.</param>
    /// <exception cref="ArgumentException">The topic is not valid, or QoS 2 is asked for, which this client does not do.</exception>
    /// <exception cref="MqttException">
    /// Refused: the server does not take the message (MQTT 5.0 only); the connection goes on. Else the connection is over, and with
    /// QoS 1 the server may or may not have the message.
    /// </exception>
    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, MqttQoS qos, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (!TopicName.IsValid(topic))
        {
            throw new ArgumentException($"'{topic}' is not a topic name of 1 to 65,535 bytes.", nameof(topic));
        }

        await PublishAsync(Encoding.UTF8.GetBytes(topic), payload, qos, ct);
    }

    /// <summary>The same with a topic in UTF-8: QoS 1 allocates nothing while the network takes the packet at once.</summary>
    /// <inheritdoc cref="PublishAsync(string, ReadOnlyMemory{byte}, MqttQoS, CancellationToken)"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask PublishAsync(ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, MqttQoS qos, CancellationToken ct)
    {
        CheckQoS(qos);
        if (!TopicName.IsValid(topic.Span))
        {
            throw new ArgumentException("The topic is not a topic name of 1 to 65,535 bytes of UTF-8.", nameof(topic));
        }

        if (qos > Server.MaxQoS)
        {
            // v5 MQTT-3.2.2-11: such a message must not be sent.
            throw new MqttException(MqttFailure.Refused, $"The server takes messages of QoS {(int)Server.MaxQoS} at most.")
            {
                ReasonCode = MqttReasonCode.QoSNotSupported,
            };
        }

        OutgoingPacket packet = new() { Type = MqttPacketType.Publish, Version = _options.Version, Topic = topic, Payload = payload, QoS = qos };
        if (qos == MqttQoS.AtMostOnce)
        {
            await SendAsync(packet, ct);
            return;
        }

        Acknowledgement acknowledgement = await ExchangeAsync(MqttPacketType.PubAck, packet, ct).ConfigureAwait(false);
        if (acknowledgement.IsRefusal)
        {
            throw acknowledgement.ToException($"the message to '{Encoding.UTF8.GetString(topic.Span)}'");
        }
    }

    private static void CheckFilter(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (!TopicFilter.IsValid(filter))
        {
            throw new ArgumentException($"'{filter}' is not a topic filter of 1 to 65,535 bytes.", nameof(filter));
        }
    }

    private static void CheckQoS(MqttQoS qos)
    {
        if (qos > MqttQoS.AtLeastOnce)
        {
            throw new ArgumentOutOfRangeException(nameof(qos), (int)qos, "This client speaks QoS 0 and 1.");
        }
    }
}
