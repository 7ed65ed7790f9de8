using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

public sealed partial class MqttClient
{
    /// <summary>Set while a PINGREQ waits for its answer.</summary>
    private TaskCompletionSource? _pong;

    private async Task SendAsync<T>(T state, Action<IBufferWriter<byte>, T> write, CancellationToken ct)
    {
        try
        {
            await _sender.SendAsync(state, write, last: false, ct);
        }
        catch (MqttException exception) when (exception.Failure != MqttFailure.Refused)
        {
            End(exception);
            throw;
        }
    }

    /// <summary>Sends a packet that is acknowledged and waits for that.</summary>
    /// <returns>What the acknowledgement says, also when it refuses.</returns>
    private async Task<Acknowledgement> ExchangeAsync<T>(
        MqttPacketType ack, T state, Action<IBufferWriter<byte>, ushort, T> write, CancellationToken ct)
    {
        InFlight.Waiter waiter = await _inFlight.AddAsync(ack, ct);
        try
        {
            await SendAsync((waiter, state, write), static (output, s) => s.write(output, s.waiter.PacketId, s.state), ct);
        }
        catch
        {
            _inFlight.Remove(waiter);
            throw;
        }

        try
        {
            return await waiter.Source.Task.WaitAsync(_options.AckTimeout, _options.TimeProvider, ct);
        }
        catch (TimeoutException exception)
        {
            var failure = new MqttException(
                MqttFailure.Timeout, $"No {ack} for packet {waiter.PacketId} within {_options.AckTimeout}.", exception);
            End(failure);
            throw failure;
        }
    }

    /// <summary>Sends PINGREQ when the client was silent, and ends the connection when no answer comes.</summary>
    private async Task KeepAliveAsync(CancellationToken ct)
    {
        // MQTT-3.1.2-23: the silence must not exceed the keep-alive. A quarter of it is left for the way.
        TimeSpan interval = Server.KeepAlive * 0.75;
        try
        {
            while (true)
            {
                TimeSpan rest = interval - _sender.SilentFor;
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, _options.TimeProvider, ct);
                    continue;
                }

                var pong = new TaskCompletionSource(Continuations.OfThisContext);
                Volatile.Write(ref _pong, pong);
                await SendAsync(0, static (output, _) => MqttWriter.WritePingReq(output), ct);
                await ReceivePongAsync(pong.Task, ct);
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

    private async Task ReceivePongAsync(Task pong, CancellationToken ct)
    {
        TimeSpan rest = _options.AckTimeout;
        while (true)
        {
            try
            {
                await pong.WaitAsync(rest, _options.TimeProvider, ct);
                return;
            }
            catch (TimeoutException exception)
            {
                // While the application does not take messages the answer may stand behind them: the server is not to blame.
                TimeSpan reading = _stalled
                    ? TimeSpan.Zero
                    : _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _resumed));
                rest = _options.AckTimeout - reading;
                if (rest <= TimeSpan.Zero)
                {
                    throw new MqttException(MqttFailure.Timeout, $"No PINGRESP within {_options.AckTimeout}.", exception);
                }
            }
        }
    }
}
