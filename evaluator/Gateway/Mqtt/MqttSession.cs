using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Mqtt.Topics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Defender.Gateway.Mqtt;

/// <summary>
/// One client from its first byte to its last: CONNECT first, then its packets in order. A report holds the client's
/// next packet back until it has been judged and stored: that is the back-pressure.
/// </summary>
internal sealed partial class MqttSession : IAsyncDisposable
{
    private readonly ConnectionContext _connection;
    private readonly MqttEndpoint _endpoint;
    private readonly ReportMailbox _mailbox;
    private readonly TimeProvider _timeProvider;
    private readonly MqttOutput _output;
    private readonly DeliveryWindow _deliveries;
    private readonly SilenceTimer _silence;
    private readonly ReportRequest _report = new();
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
        _deliveries = new DeliveryWindow(_output);
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
    public string Name => ClientId.Length == 0 ? $"{_connection.RemoteEndPoint}" : $"{Printable.Escape(ClientId)} ({_connection.RemoteEndPoint})";

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
                // Without a token: what a client sent before it closed is still read.
                ReadResult result = await input.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = result.Buffer;
                Step step = Step.Next;
                while (step == Step.Next && Volatile.Read(ref _ending) is null)
                {
                    step = TakePacket(ref buffer);
                    if (step == Step.JudgeReport)
                        step = await JudgeReportAsync().ConfigureAwait(false);
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted && !buffer.IsEmpty)
                    Close("the connection ended inside a packet");
                if (Volatile.Read(ref _ending) is { } ending)
                    return ending.Reason;
                if (step == Step.Closed)
                    return "it said DISCONNECT";
                if (result.IsCompleted)
                    return "the connection ended";
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            return Volatile.Read(ref _ending)?.Reason ?? "the connection was lost";
        }
    }

    /// <summary>Ends the session; callable from any thread, the first reason stays.</summary>
    public void Close(string reason) => End(new Ending(reason, IsRefusal: true));

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
        // MQTT-3.1.2-24 counts packets, not bytes: neither a trickled CONNECT nor any other packet buys time.
        _silence.Heard();
        using MqttBody body = frame.OpenBody();
        return Handle(frame.Type, frame.Flags, body.Span);
    }

    private async ValueTask<Step> JudgeReportAsync()
    {
        // Without a PUBACK the device sends the report again.
        _silence.Hold();
        bool isStored = await _mailbox.SubmitAsync(_report).ConfigureAwait(false);
        _silence.Heard();
        if (!isStored)
            return Refuse("its report could not be stored");

        Acknowledge(_reportPacketId);
        // AWS answers at the quality of service of the subscription, whatever that of the report was. The topic of the answer is
        // longer than that of the report, and can be longer than any topic (R19: only a log entry then).
        if (_report.AnswerTopic.Length <= TopicName.MaxLength)
            _endpoint.Publish(_report.AnswerTopic, _report.Answer, MqttQoS.AtLeastOnce);
        _report.Release();
        return Step.Next;
    }

    private Step Refuse(string reason)
    {
        Close(reason);
        return Step.Closed;
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
