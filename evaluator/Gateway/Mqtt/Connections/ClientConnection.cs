using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Policies;
using Defender.Gateway.Sockets;
using Defender.Gateway.Telemetry;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Mqtt.Topics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>
/// One connection of a client from its first byte to its last: CONNECT first, then its packets in order. A report holds the
/// client's next packet back until it has been judged and stored, and a client above its rate waits: that is the back-pressure.
/// </summary>
internal sealed partial class ClientConnection : IAsyncDisposable, IDeliveryTarget, IConnectionEvents
{
    private readonly ConnectionContext _connection;
    private readonly ConnectionServices _services;
    private readonly MqttOutput _output;
    private readonly SilenceTimer _silence;
    private readonly CancellationTokenRegistration _stopping;
    private ConnectRequest? _request;
    private ReportRequest? _report;
    private PublishRate _rate;
    private TopicAliases? _aliases;
    private Ending? _ending;
    private TaskCompletionSource? _pausing;
    private volatile SessionPolicy _policy = SessionPolicy.DenyAll;
    private ConnectionTally _tally;
    private TimeSpan _pause;
    private MqttQoS _reportQoS;
    private ushort _reportPacketId;
    private bool _isIdentified;
    private bool _saidDisconnect;
    private bool _wasTold;
    private bool _isOver;

    /// <summary>Takes over a connection.</summary>
    public ClientConnection(ConnectionContext connection, ConnectionServices services)
    {
        _connection = connection;
        _services = services;
        Address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        _output = new MqttOutput(connection.Transport.Output, Limits.MaxPendingBytes, services.Endpoint.Budget, this);
        _silence = new SilenceTimer(services.TimeProvider, Limits.ConnectTimeout, this);
        // Kestrel tells; sockets of our own are told by who listens.
        if (connection is not SocketConnection && connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
            _stopping = lifetime.ConnectionClosedRequested.Register(static client => ((ClientConnection)client!).CloseStopping(), this);
    }

    private enum Step
    {
        NeedMoreData,
        Next,
        Identify,
        JudgeReport,
        Closed,
    }

    /// <summary>The session; null before CONNECT was accepted.</summary>
    public Session? Session { get; private set; }

    /// <summary>The client identifier; empty before CONNECT.</summary>
    public string ClientId => _request?.ClientId ?? "";

    /// <summary>Where the client connects from; null where the transport does not say.</summary>
    public IPAddress? Address { get; }

    /// <summary>Address and port of its end of the connection; null where the transport does not say.</summary>
    public EndPoint? RemoteEndPoint => _connection.RemoteEndPoint;

    /// <summary>The version that CONNECT has settled.</summary>
    public MqttVersion Version { get; private set; } = MqttVersion.V311;

    /// <summary>What it has done so far; read while it is written, and good enough for a look.</summary>
    public ref readonly ConnectionTally Tally => ref _tally;

    /// <summary>Bytes that were sent to it.</summary>
    public long BytesOut => _output.Written;

    /// <summary>The longest silence that it is held to, in seconds.</summary>
    public int KeepAliveSeconds { get; private set; }

    /// <summary>What logs call the client.</summary>
    public string Name => ClientId.Length == 0 ? $"{_connection.RemoteEndPoint}" : $"{Printable.Escape(ClientId)} ({_connection.RemoteEndPoint})";

    /// <summary>Why the connection ended; null while it stands.</summary>
    public Ending? Ended => Volatile.Read(ref _ending);

    private EndpointRules Rules => _services.Endpoint.Rules;

    private MqttLimits Limits => Rules.Limits;

    private bool IsV5 => Version == MqttVersion.V5;

    /// <summary>Serves the client until the connection is over; returns why it is.</summary>
    public async Task<Ending> RunAsync()
    {
        PipeReader input = _connection.Transport.Input;
        try
        {
            while (true)
            {
                // Without a token: what a client sent before it closed is still read.
                ReadResult result = await input.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = result.Buffer;
                Step step = Step.Next;
                while (step == Step.Next && Ended is null && _pause == TimeSpan.Zero)
                {
                    step = TakePacket(ref buffer);
                    if (step == Step.Identify)
                        step = await IdentifyAsync().ConfigureAwait(false);
                }

                // What was read goes back before a wait: a client that waits holds no buffer.
                bool waits = step == Step.JudgeReport || _pause > TimeSpan.Zero;
                _output.Flush();
                input.AdvanceTo(buffer.Start, waits ? buffer.Start : buffer.End);
                if (step == Step.JudgeReport)
                    step = AnswerReport(await SubmitReport().ConfigureAwait(false));
                if (_pause > TimeSpan.Zero)
                    await PauseAsync().ConfigureAwait(false);
                if (waits && step == Step.Next && Ended is null)
                {
                    _output.Flush();
                    continue;
                }

                if (step == Step.Closed)
                    End(new(ConnectionEnd.Disconnected, "it said DISCONNECT"));
                else if (result.IsCompleted && !buffer.IsEmpty)
                    End(new(ConnectionEnd.Malformed, "the connection ended inside a packet"));
                else if (result.IsCompleted)
                    End(new(ConnectionEnd.Lost, "the connection ended"));
                if (Ended is { } ending)
                    return ending;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            End(new(ConnectionEnd.Lost, "the connection was lost"));
            return Ended!;
        }
    }

    /// <inheritdoc/>
    public void Silent() => End(new(ConnectionEnd.Silent, "it was silent for too long", MqttReasonCode.KeepAliveTimeout));

    /// <summary>Closes a client because the gateway stops.</summary>
    public void CloseStopping() => End(new(ConnectionEnd.Stopping, "the gateway stops", MqttReasonCode.ServerShuttingDown));

    /// <summary>Closes a client that does not take what is sent to it.</summary>
    public void CloseSlow() => End(new(ConnectionEnd.Slow, "it does not take what is sent to it", MqttReasonCode.QuotaExceeded));

    /// <summary>Closes a client whose identifier another connection has taken (MQTT-3.1.4-2).</summary>
    public void CloseTakenOver() =>
        End(new(ConnectionEnd.TakenOver, "another connection took its client identifier", MqttReasonCode.SessionTakenOver));

    /// <summary>Closes a client whose certificate or user no longer stands.</summary>
    public void CloseWithdrawn() =>
        End(new(ConnectionEnd.Withdrawn, "its certificate or user no longer stands", MqttReasonCode.NotAuthorized));

    /// <summary>Closes a client whose certificate's validity has ended.</summary>
    public void CloseExpired() => End(new(ConnectionEnd.Expired, "its certificate has expired", MqttReasonCode.NotAuthorized));

    /// <summary>Cuts the connection whatever it is at; without effect when it is over.</summary>
    public void Cut()
    {
        // A transport that was given back may serve another by now.
        lock (_silence)
        {
            if (!_isOver)
                _connection.Abort(new ConnectionAbortedException("the client was not gone in time"));
        }
    }

    /// <summary>Takes the client's rights anew, after policies have changed; one that may not connect any more is closed.</summary>
    public void ReviewRights(ClientAuthorizer authorizer)
    {
        if (Session is not { } session)
            return;
        long generation;
        do
        {
            // Two reviews may meet: the older rights must not be what stays.
            generation = authorizer.Generation;
            _policy = authorizer.PolicyOf(session.Author);
        }
        while (generation != authorizer.Generation);
        if (!_policy.AllowsConnect(Encoding.UTF8.GetBytes(ClientId)))
            End(new(ConnectionEnd.NotAuthorized, "its policies do not let it connect any more", MqttReasonCode.NotAuthorized));
    }

    // From any thread, the first ending stays. The reader's continuation must not run here, where locks may be held.
    private void End(Ending ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is not null)
            return;
        Volatile.Read(ref _pausing)?.TrySetResult();
        ThreadPool.UnsafeQueueUserWorkItem(static input => input.CancelPendingRead(), _connection.Transport.Input, preferLocal: false);
    }

    private Step Refuse(ConnectionEnd end, string reason, MqttReasonCode code = MqttReasonCode.UnspecifiedError)
    {
        End(new(end, reason, code));
        return Step.Closed;
    }

    private Step Refuse(MqttError error) => Refuse(ConnectionEnd.Malformed, error.ToString(), error.ReasonCode);

    private Step TakePacket(ref ReadOnlySequence<byte> buffer)
    {
        int limit = Session is null ? Limits.MaxConnectPacketBytes : Limits.MaxPacketBytes;
        MqttReadStatus status = MqttFraming.TryReadFrame(buffer, limit, out MqttFrame frame, out MqttError error, Version);
        if (status is MqttReadStatus.Malformed or MqttReadStatus.TooLarge)
            return Refuse(error);
        // The first byte decides: nothing is buffered for a client that does not speak MQTT.
        if (Session is null && frame.Type is not (MqttPacketType.None or MqttPacketType.Connect))
            return Refuse(ConnectionEnd.NotConnect, "it did not start with CONNECT");
        if (status == MqttReadStatus.NeedMoreData)
            return Step.NeedMoreData;
        buffer = buffer.Slice(frame.End);
        _tally.BytesIn += frame.Length;
        _services.Watch.Metrics.PacketIn(frame.Type, frame.Length);
        // MQTT-3.1.2-24 counts packets, not bytes: neither a trickled CONNECT nor any other packet buys time.
        _silence.Heard();
        using MqttBody body = frame.OpenBody();
        return Handle(frame.Type, frame.Flags, body.Span);
    }

    private Step Handle(MqttPacketType type, byte flags, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case MqttPacketType.Connect when Session is null:
                return Connect(body);
            case MqttPacketType.Publish:
                return Publish(flags, body);
            case MqttPacketType.PubAck:
                return PubAck(body);
            case MqttPacketType.PubRec or MqttPacketType.PubComp or MqttPacketType.PubRel when Rules.MaximumQoS == MqttQoS.ExactlyOnce:
                return ExactlyOnce(type, body);
            case MqttPacketType.Subscribe:
                return Subscribe(body);
            case MqttPacketType.Unsubscribe:
                return Unsubscribe(body);
            case MqttPacketType.PingReq:
                return PingReq(body);
            case MqttPacketType.Disconnect:
                return Disconnect(body);
            default:
                return Refuse(ConnectionEnd.Malformed, $"it sent {type}, which no client may send now", MqttReasonCode.ProtocolError);
        }
    }

    // Awaited by the connection's own loop: a method that waited for it would be an object for each report that waits.
    private ValueTask<bool> SubmitReport()
    {
        _silence.Hold();
        return _services.Mailbox.SubmitAsync(_report!);
    }

    private Step AnswerReport(bool isStored)
    {
        ReportRequest report = _report!;
        _tally.LastReportAt = _services.TimeProvider.GetUtcNow();
        _tally.LastReportOutcome = isStored ? report.Outcome : ReportOutcome.Failed;
        _silence.Heard();
        // Without a PUBACK the device sends the report again.
        if (!isStored)
            return Refuse(ConnectionEnd.NotStored, "its report could not be stored", MqttReasonCode.ServerBusy);

        Acknowledge(_reportQoS, _reportPacketId, MqttReasonCode.Success);
        // AWS answers at the quality of service of the subscription, whatever that of the report was. The topic of the answer is
        // longer than that of the report, and can be longer than any topic (R19: only a log entry then).
        if (report.AnswerTopic.Length <= TopicName.MaxLength)
            _services.Endpoint.Publish(report.AnswerTopic, report.Answer, MqttQoS.AtLeastOnce);
        report.Release();
        return Step.Next;
    }

    private async Task PauseAsync()
    {
        TimeSpan pause = _pause;
        _pause = TimeSpan.Zero;
        _silence.Hold();
        // A client that is to be closed does not wait its time: it would live on after its certificate was revoked.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _pausing, ended);
        if (Ended is null)
            await (await Task.WhenAny(ended.Task, Task.Delay(pause, _services.TimeProvider, _connection.ConnectionClosed)).ConfigureAwait(false)).ConfigureAwait(false);
        Volatile.Write(ref _pausing, null);
        _silence.Heard();
    }
}
