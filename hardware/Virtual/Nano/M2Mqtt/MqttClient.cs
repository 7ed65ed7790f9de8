using System;
using System.Collections;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Hardware.Virtual.Nano;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Mqtt.Packets;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using MqttReasonCode = nanoFramework.M2Mqtt.Messages.MqttReasonCode;
using Wire = Defender.Mqtt.Client.MqttClient;

namespace nanoFramework.M2Mqtt;

/// <summary>
/// An MQTT 3.1.1 client with the manners of the device's: names are resolved once, in the constructor; it never reconnects; Publish
/// and Subscribe only queue; the outcome comes as an event. Safe for several threads.
/// </summary>
public sealed class MqttClient : IMqttClient, IDisposable
{
    // The device's: to answer CONNECT, and to acknowledge.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly string _host;
    private readonly IPAddress _address;
    private readonly int _port;
    private readonly bool _secure;
    private readonly CancellationTokenSource _closed = new();
    private Wire? _wire;
    private EventQueue? _events;
    private int _lastId;
    private int _inFlight;

    /// <exception cref="System.Net.Sockets.SocketException">The name cannot be resolved.</exception>
    /// <exception cref="ArgumentException">A certificate or TLS version is given that the firmware does not use.</exception>
    public MqttClient(string brokerHostName, int brokerPort, bool secure, X509Certificate? caCert, X509Certificate? clientCert, MqttSslProtocols sslProtocol)
    {
        if (caCert is not null || clientCert is not null)
            throw new ArgumentException("the firmware uses the certificates stored on the device");
        if (secure != (sslProtocol != MqttSslProtocols.None))
            throw new ArgumentException("a secure client names a version of TLS, another one none", nameof(sslProtocol));
        if (!VirtualDevice.IsNetworkUp)
            throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.NetworkDown);
        _host = brokerHostName;
        _port = brokerPort;
        _secure = secure;
        _address = VirtualDevice.Resolve(brokerHostName);
    }

    public event IMqttClient.MqttMsgPublishEventHandler? MqttMsgPublishReceived;

    public event IMqttClient.MqttMsgPublishedEventHandler? MqttMsgPublished;

    public event IMqttClient.MqttMsgSubscribedEventHandler? MqttMsgSubscribed;

    public event IMqttClient.ConnectionClosedEventHandler? ConnectionClosed;

    internal bool IsConnected { get; private set; }

    public MqttSettings Settings => MqttSettings.Instance;

    /// <summary>Connects and waits for CONNACK.</summary>
    /// <exception cref="MqttConnectionException">The server cannot be reached, or TLS failed.</exception>
    /// <exception cref="MqttCommunicationException">It does not answer within 30 s.</exception>
    public MqttReasonCode Connect(string clientId, string? username, string? password, bool cleanSession, ushort keepAlivePeriod)
    {
        if (_secure && !VirtualDevice.IsTimeSet)
            throw new MqttConnectionException("Exception connecting to the broker", new InvalidOperationException("the clock is not set: no certificate is valid"));
        var options = new MqttClientOptions
        {
            Host = _address.ToString(),
            Port = _port,
            UseTls = _secure,
            ConfigureTls = Configure,
            ClientId = clientId,
            CleanSession = cleanSession,
            KeepAlive = TimeSpan.FromSeconds(keepAlivePeriod),
            ConnectTimeout = Timeout,
            AckTimeout = Timeout,
            UserName = username,
            Password = Encoding.UTF8.GetBytes(password ?? ""),
        };
        try
        {
            _wire = Wire.ConnectAsync(options, _closed.Token).GetAwaiter().GetResult();
        }
        catch (MqttException failure) when (failure.Failure == MqttFailure.Refused)
        {
            return (MqttReasonCode)(byte)failure.ReturnCode.GetValueOrDefault(ConnectReturnCode.ServerUnavailable);
        }
        catch (MqttException failure) when (failure.Failure == MqttFailure.Network)
        {
            throw new MqttConnectionException("Exception connecting to the broker", failure);
        }
        catch (MqttException failure)
        {
            throw new MqttCommunicationException(failure);
        }

        _events = new EventQueue();
        IsConnected = true;
        _ = ReceiveAsync(_wire, _events);
        return MqttReasonCode.Success;
    }

    /// <summary>Queues a message; the identifier is no sign of delivery.</summary>
    /// <exception cref="MqttClientException">Too many wait already.</exception>
    /// <exception cref="NotSupportedException">MQTT 3.1.1 has no content type and no user properties.</exception>
    public ushort Publish(string topic, byte[] message, string? contentType, ArrayList? userProperties, MqttQoSLevel qosLevel, bool retain)
    {
        if (contentType is not null || userProperties is not null)
            throw new NotSupportedException();
        if (retain)
            throw new NotSupportedException("the firmware retains nothing");
        if (Interlocked.Increment(ref _inFlight) > Settings.InflightQueueSize)
        {
            Interlocked.Decrement(ref _inFlight);
            throw new MqttClientException(MqttClientErrorCode.InflightQueueFull);
        }

        ushort id = NextId();
        if (_wire is not null && _events is not null)
            _ = PublishAsync(_wire, _events, id, topic, [.. message], qosLevel);
        return id;
    }

    /// <summary>Queues a SUBSCRIBE.</summary>
    public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels)
    {
        ushort id = NextId();
        if (_wire is not null && _events is not null)
            _ = SubscribeAsync(_wire, _events, [.. topics], [.. qosLevels]);
        return id;
    }

    /// <summary>Sends DISCONNECT; <see cref="ConnectionClosed"/> follows.</summary>
    /// <exception cref="MqttCommunicationException">The link is dead already.</exception>
    public void Disconnect()
    {
        if (_wire is null || _wire.Completion.IsCompleted)
            throw new MqttCommunicationException();
        _wire.DisconnectAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Drops the connection without a word and without an event.</summary>
    public void Close()
    {
        IsConnected = false;
        _events?.Complete();
        _closed.Cancel();
        if (_wire is { } wire)
            _ = DropAsync(wire);
    }

    void IDisposable.Dispose() => Close();

    // Not DISCONNECT: the device only closes its socket.
    private static async Task DropAsync(Wire wire)
    {
        try
        {
            await wire.DisconnectAsync(new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            // Closed at once, as asked.
        }

        await wire.DisposeAsync();
    }

    private ushort NextId()
    {
        ushort id;
        while ((id = (ushort)Interlocked.Increment(ref _lastId)) == 0)
        {
        }

        return id;
    }

    private async Task ReceiveAsync(Wire wire, EventQueue events)
    {
        await foreach (MqttMessage message in wire.Messages.ReadAllAsync())
        {
            byte[] payload = message.Payload.ToArray();
            events.Add(() => MqttMsgPublishReceived?.Invoke(
                this, new MqttMsgPublishEventArgs(message.Topic, payload)));
        }

        IsConnected = false;
        events.Add(() => ConnectionClosed?.Invoke(this, EventArgs.Empty));
        events.Complete();
    }

    private async Task PublishAsync(Wire wire, EventQueue events, ushort id, string topic, byte[] message, MqttQoSLevel qosLevel)
    {
        try
        {
            await wire.PublishAsync(topic, message, (MqttQoS)(byte)qosLevel, _closed.Token);
            events.Add(() => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, true)));
        }
        catch (MqttException failure) when (failure.Failure == MqttFailure.Timeout)
        {
            events.Add(() => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, false)));
        }
        catch (Exception failure) when (failure is MqttException or OperationCanceledException)
        {
            // The connection is over: ConnectionClosed says so.
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task SubscribeAsync(Wire wire, EventQueue events, string[] topics, MqttQoSLevel[] qosLevels)
    {
        try
        {
            var granted = new MqttQoSLevel[topics.Length];
            for (int i = 0; i < topics.Length; i++)
                granted[i] = await SubscribeAsync(wire, topics[i], qosLevels[i]);
            events.Add(() => MqttMsgSubscribed?.Invoke(this, new MqttMsgSubscribedEventArgs(granted)));
        }
        catch (Exception failure) when (failure is MqttException or OperationCanceledException)
        {
            // As above.
        }
    }

    private async Task<MqttQoSLevel> SubscribeAsync(Wire wire, string topic, MqttQoSLevel qosLevel)
    {
        try
        {
            return (MqttQoSLevel)(byte)await wire.SubscribeAsync(topic, (MqttQoS)(byte)qosLevel, _closed.Token);
        }
        catch (MqttException failure) when (failure.Failure == MqttFailure.Refused)
        {
            return MqttQoSLevel.GrantedFailure;
        }
    }

    private void Configure(SslClientAuthenticationOptions options)
    {
        // The address is the constructor's, the name in the certificate the configuration's.
        options.TargetHost = _host;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(VirtualDevice.Authorities);
        options.CertificateChainPolicy = policy;
        if (VirtualDevice.Certificate is { } certificate)
            options.ClientCertificates = [certificate];
    }
}
