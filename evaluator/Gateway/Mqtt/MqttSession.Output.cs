using System;
using System.Threading.Tasks;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Mqtt;

/// <content>What the client is sent, up to its farewell.</content>
internal sealed partial class MqttSession
{
    private const string DoesNotRead = "it does not take what is sent to it";

    /// <summary>Queues a message for the client; one that does not keep up is closed.</summary>
    public void Deliver(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttQoS qos)
    {
        if (qos == MqttQoS.AtMostOnce)
            Send(new PublishPacket { Topic = topic, Payload = payload }, static (output, packet) => MqttWriter.WritePublish(output, packet));
        else if (!_deliveries.TrySend(topic, payload))
            Close(DoesNotRead);
    }

    public async ValueTask DisposeAsync()
    {
        _silence.Dispose();
        await _stopping.DisposeAsync().ConfigureAwait(false);
        if (_connected)
            _endpoint.Unregister(this);
        if (_will is { } will)
            _endpoint.Publish(will.Topic, will.Message, will.QoS);
        _report.Release();
        try
        {
            await SayFarewellAsync().WaitAsync(MqttLimits.FarewellTimeout, _timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _connection.Abort(new ConnectionAbortedException("the client does not read"));
        }
    }

    // Until the socket is closed: what the transport has taken over can wait there for ever, and holds the socket.
    private async Task SayFarewellAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _connection.ConnectionClosed.UnsafeRegister(static state => ((TaskCompletionSource)state!).SetResult(), closed);
        await _output.CloseAsync().ConfigureAwait(false);
        await _connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
        await closed.Task.ConfigureAwait(false);
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
            Close(DoesNotRead);
    }
}
