using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

public sealed partial class MqttClient
{
    /// <summary>Set by PINGRESP.</summary>
    private readonly Signal _pong;

    /// <summary>Whether a PINGREQ has no answer yet.</summary>
    private volatile bool _awaitsPong;

    private async Task SendAsync(OutgoingPacket packet, CancellationToken ct)
    {
        try
        {
            await _sender.SendAsync(packet, last: false, ct);
        }
        catch (MqttException exception) when (exception.Failure != MqttFailure.Refused)
        {
            End(exception);
            throw;
        }
    }

    /// <summary>Sends a packet that is acknowledged and waits for that.</summary>
    /// <returns>What the acknowledgement says, also when it refuses.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Acknowledgement> ExchangeAsync(MqttPacketType ack, OutgoingPacket packet, CancellationToken ct)
    {
        InFlight.Waiter waiter = await _inFlight.AddAsync(ack, ct);
        try
        {
            await SendAsync(packet with { PacketId = waiter.PacketId }, ct);
        }
        catch
        {
            _inFlight.Remove(waiter);
            throw;
        }

        if (!await waiter.WaitAsync(_options.AckTimeout, ct))
        {
            var failure = new MqttException(MqttFailure.Timeout, $"No {ack.Word()} for packet {waiter.PacketId} within {(long)_options.AckTimeout.TotalMilliseconds} ms.");
            End(failure);
            throw failure;
        }

        Acknowledgement acknowledgement = waiter.Answer;
        _inFlight.Reuse(waiter);
        return acknowledgement;
    }

    /// <summary>Sends PINGREQ when the client was silent, and ends the connection when no answer comes.</summary>
    private async Task KeepAliveAsync(CancellationToken ct)
    {
        // MQTT-3.1.2-23: the silence must not exceed the keep-alive. A quarter of it is left for the way.
        TimeSpan interval = Server.KeepAlive * 0.75;
        var silence = new Signal(_options.TimeProvider);
        try
        {
            while (true)
            {
                TimeSpan rest = interval - _sender.SilentFor;
                if (rest > TimeSpan.Zero)
                {
                    await silence.WaitAsync(rest, ct);
                    continue;
                }

                _pong.Clear();
                _awaitsPong = true;
                await SendAsync(new OutgoingPacket { Type = MqttPacketType.PingReq }, ct);
                await ReceivePongAsync(ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is over.
        }
        catch (MqttException exception)
        {
            End(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReceivePongAsync(CancellationToken ct)
    {
        TimeSpan rest = _options.AckTimeout;
        while (!await _pong.WaitAsync(rest, ct))
        {
            // While the application does not take messages the answer may stand behind them: the server is not to blame.
            TimeSpan reading = _stalled
                ? TimeSpan.Zero
                : _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _resumed));
            rest = _options.AckTimeout - reading;
            if (rest <= TimeSpan.Zero)
            {
                throw new MqttException(MqttFailure.Timeout, $"No PINGRESP within {(long)_options.AckTimeout.TotalMilliseconds} ms.");
            }
        }
    }
}
