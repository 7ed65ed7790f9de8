using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Defender.Gateway.Mqtt;

/// <summary>
/// One client from its first byte to its last: CONNECT first, then its packets in order. A report holds the client's
/// next packet back until it has been judged and stored: that is the back-pressure.
/// </summary>
internal sealed partial class MqttSession : IAsyncDisposable
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly ConnectionContext _connection;
    private readonly MqttEndpoint _endpoint;
    private readonly ReportMailbox _mailbox;
    private readonly TimeProvider _timeProvider;
    private readonly MqttOutput _output;
    private readonly SilenceTimer _silence;
    private readonly ReportRequest _report = new();
    private readonly HashSet<ushort> _unacknowledged = [];
    private ushort _lastPacketId;
    private ushort _reportPacketId;
    private bool _connected;
    private Will? _will;
    private readonly CancellationTokenRegistration _stopping;
    private Ending? _ending;

    public MqttSession(ConnectionContext connection, MqttEndpoint endpoint, ReportMailbox mailbox, TimeProvider timeProvider)
    {
        _connection = connection;
        _endpoint = endpoint;
        _mailbox = mailbox;
        _timeProvider = timeProvider;
        _output = new MqttOutput(connection.Transport.Output);
        _silence = new SilenceTimer(timeProvider, MqttLimits.ConnectTimeout, () => Close("it was silent for too long"));
        if (connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
            _stopping = lifetime.ConnectionClosedRequested.Register(() => End(new Ending("the gateway stops", IsRefusal: false)));
    }

    private sealed record Will(byte[] Topic, byte[] Message, MqttQoS QoS);

    private sealed record Ending(string Reason, bool IsRefusal);

    private enum Step
    {
        NeedMoreData,
        Next,
        JudgeReport,
        Closed,
    }

    /// <summary>The client identifier; empty before CONNECT.</summary>
    public string ClientId { get; private set; } = "";

    /// <summary>The filters it subscribes to, kept by the <see cref="MqttEndpoint"/>.</summary>
    public HashSet<byte[]> Filters { get; } = new(Utf8Comparer.Instance);

    /// <summary>What logs call the client.</summary>
    public string Name => ClientId.Length == 0 ? $"{_connection.RemoteEndPoint}" : $"{ClientId} ({_connection.RemoteEndPoint})";

    /// <summary>Whether the endpoint ended the connection because of what the client did.</summary>
    public bool WasRefused => Volatile.Read(ref _ending) is { IsRefusal: true };

    /// <summary>Serves the client until the connection is over; returns why it is.</summary>
    public async Task<string> RunAsync()
    {
        PipeReader input = _connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(_connection.ConnectionClosed).ConfigureAwait(false);
                _silence.Heard();
                ReadOnlySequence<byte> buffer = result.Buffer;
                Step step = Step.Next;
                while (step == Step.Next && Volatile.Read(ref _ending) is null)
                {
                    step = TakePacket(ref buffer);
                    if (step == Step.JudgeReport)
                        step = await JudgeReportAsync().ConfigureAwait(false);
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                if (Volatile.Read(ref _ending) is { } ending)
                    return ending.Reason;
                if (step == Step.Closed)
                    return "it said DISCONNECT";
                if (result.IsCompleted)
                    return "the connection ended";
            }
        }
        catch (Exception error) when (error is ConnectionResetException or OperationCanceledException)
        {
            return Volatile.Read(ref _ending)?.Reason ?? "the connection was lost";
        }
    }

    /// <summary>Ends the session; callable from any thread, the first reason stays.</summary>
    public void Close(string reason) => End(new Ending(reason, IsRefusal: true));

    /// <summary>Queues a message for the client; one that does not keep up is closed.</summary>
    public void Deliver(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttQoS qos)
    {
        ushort packetId = 0;
        if (qos != MqttQoS.AtMostOnce && !TryTakePacketId(out packetId))
            Close($"it left {MqttLimits.MaxUnacknowledged} messages unacknowledged");
        else
            Send(new PublishPacket { Topic = topic, Payload = payload, QoS = qos, PacketId = packetId }, static (output, packet) => MqttWriter.WritePublish(output, packet));
    }

    public async ValueTask DisposeAsync()
    {
        _silence.Dispose();
        await _stopping.DisposeAsync().ConfigureAwait(false);
        if (_connected)
            _endpoint.Unregister(this);
        if (_will is { } will)
            _endpoint.Publish(will.Topic, will.Message, will.QoS);
        try
        {
            await _output.CloseAsync().WaitAsync(FarewellTimeout, _timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _connection.Abort(new ConnectionAbortedException("the client does not read"));
        }

        _report.Release();
    }

    private void End(Ending ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is null)
            _connection.Transport.Input.CancelPendingRead();
    }

    private Step TakePacket(ref ReadOnlySequence<byte> buffer)
    {
        int limit = _connected ? MqttLimits.MaxPacketSize : MqttLimits.MaxConnectPacketSize;
        MqttReadStatus status = MqttFraming.TryReadFrame(buffer, limit, out MqttFrame frame, out MqttError error);
        if (status is MqttReadStatus.Malformed or MqttReadStatus.TooLarge)
            return Refuse(error.ToString());
        // The first byte decides: nothing is buffered for a client that does not speak MQTT.
        if (!_connected && frame.Type is not (MqttPacketType.None or MqttPacketType.Connect))
            return Refuse("it did not start with CONNECT");
        if (status == MqttReadStatus.NeedMoreData)
            return Step.NeedMoreData;
        buffer = buffer.Slice(frame.End);
        using MqttBody body = frame.OpenBody();
        return Handle(frame.Type, frame.Flags, body.Span);
    }

    private async ValueTask<Step> JudgeReportAsync()
    {
        // Without a PUBACK the device sends the report again.
        if (!await _mailbox.SubmitAsync(_report).ConfigureAwait(false))
            return Refuse("its report could not be stored");

        Acknowledge(_reportPacketId);
        // AWS answers at the quality of service of the subscription, whatever that of the report was.
        _endpoint.Publish(_report.AnswerTopic, _report.Answer, MqttQoS.AtLeastOnce);
        _report.Release();
        return Step.Next;
    }

    private Step Refuse(string reason)
    {
        Close(reason);
        return Step.Closed;
    }

    private void Acknowledge(ushort packetId)
    {
        if (packetId != 0)
            Send(packetId, static (output, id) => MqttWriter.WritePubAck(output, id));
    }

    private void Send<TPacket>(TPacket packet, MqttOutput.PacketWriter<TPacket> write)
        where TPacket : allows ref struct
    {
        if (!_output.TrySend(packet, write))
            Close("it does not read what is sent to it");
    }

    private bool TryTakePacketId(out ushort packetId)
    {
        packetId = 0;
        lock (_unacknowledged)
        {
            if (_unacknowledged.Count >= MqttLimits.MaxUnacknowledged)
                return false;
            do
            {
                packetId = ++_lastPacketId;
            }
            while (packetId == 0 || !_unacknowledged.Add(packetId));
            return true;
        }
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
