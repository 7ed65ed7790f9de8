using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

public sealed partial class MqttClient
{
    /// <summary>
    /// Sends DISCONNECT and closes; packets in flight fail with <see cref="MqttFailure.Closed"/>. Does nothing when the connection is over.
    /// </summary>
    /// <param name="ct">Closes at once, with or without DISCONNECT.</param>
    public async Task DisconnectAsync(CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _closing, 1) == 0 && _over == 0)
        {
            _messages?.Writer.TryComplete();
            try
            {
                await _sender.SendAsync(new OutgoingPacket { Type = MqttPacketType.Disconnect }, last: true, ct);
                // A socket closed with unread data is reset, and the reset may overtake DISCONNECT: first the server closes.
                await _transport.ShutdownSendAsync().AsTask().WaitAsync(Linger, _options.TimeProvider, ct);
                await _receiving.WaitAsync(Linger, _options.TimeProvider, ct);
            }
            catch (Exception exception) when (exception is MqttException or IOException or SocketException or ObjectDisposedException
                or TimeoutException)
            {
                // It is closed anyway.
            }
            finally
            {
                End(null);
            }
        }

        // Not Completion itself: a connection that failed before is closed as well.
        await Completion.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>Disconnects if that was not done, and waits until nothing of the client runs any more. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await DisconnectAsync(CancellationToken.None);
        await _receiving;
        await _keepingAlive;
        _lifetime.Dispose();
    }

    /// <summary>Ends everything, once; the first cause counts.</summary>
    /// <param name="failure">The cause; null when the application wanted it.</param>
    private void End(MqttException? failure)
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
        {
            return;
        }

        _messages?.Writer.TryComplete();
        _inFlight.Fail(failure ?? new MqttException(MqttFailure.Closed, "The client has disconnected."));
        _lifetime.Cancel();
        _transport.Dispose();
        if (failure is null || _closing != 0)
        {
            _completion.TrySetResult();
            return;
        }

        _completion.TrySetException(failure);
        // An owner may learn of the end elsewhere: this marks the exception as seen.
        _ = _completion.Task.Exception;
    }
}
