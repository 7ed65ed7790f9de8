using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Defender.Gateway.Identity.WebSockets;

/// <summary>
/// A WebSocket as the connection of an MQTT session: the bytes of its binary frames, however they are split (MQTT-6.0.0-2). The
/// session reads at its own pace, and waits while the peer does not read.
/// </summary>
internal sealed class WebSocketConnection : ConnectionContext
{
    // Read ahead of the session; what is more waits in the network.
    private const int MaxUnread = 64 * 1024;
    private const int FrameBytes = 4096;

    private readonly WebSocket _socket;
    private readonly HttpContext _http;
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: MaxUnread, resumeWriterThreshold: MaxUnread / 2, useSynchronizationContext: false));
    private readonly CancellationTokenSource _closed = new();

    public WebSocketConnection(WebSocket socket, HttpContext http)
    {
        _socket = socket;
        _http = http;
        ConnectionId = http.Connection.Id;
        RemoteEndPoint = http.Connection.RemoteIpAddress is { } remote ? new IPEndPoint(remote, http.Connection.RemotePort) : null;
        LocalEndPoint = http.Connection.LocalIpAddress is { } local ? new IPEndPoint(local, http.Connection.LocalPort) : null;
        ConnectionClosed = _closed.Token;
        Transport = new Duplex(_input.Reader, new ClosingWriter(PipeWriter.Create(new FrameStream(socket), new StreamPipeWriterOptions(leaveOpen: true)), socket));
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features => _http.Features;

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    /// <summary>Whether the peer sent text (MQTT-6.0.0-1: the connection is closed).</summary>
    public bool GotText { get; private set; }

    /// <summary>Runs the session and the socket under it to their ends.</summary>
    public async Task RunAsync(ConnectionDelegate session)
    {
        Task reading = ReadAsync();
        try
        {
            await session(this).ConfigureAwait(false);
        }
        finally
        {
            await _input.Reader.CompleteAsync().ConfigureAwait(false);
            // The session said farewell, and waited for its answer as long as it wanted to.
            if (!reading.IsCompleted)
                _socket.Abort();
            await reading.ConfigureAwait(false);
            _closed.Dispose();
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _socket.Abort();
        _http.Abort();
    }

    private async Task ReadAsync()
    {
        PipeWriter writer = _input.Writer;
        try
        {
            for (bool isRead = true; ;)
            {
                // Without a buffer until there is something to put into it, and without a look at the text, which may be none.
                ValueWebSocketReceiveResult frame = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
                if (frame is { MessageType: WebSocketMessageType.Binary, EndOfMessage: false })
                    frame = await _socket.ReceiveAsync(isRead ? writer.GetMemory(FrameBytes) : new byte[FrameBytes], CancellationToken.None).ConfigureAwait(false);
                if (frame.MessageType == WebSocketMessageType.Close)
                    break;
                if (frame.MessageType == WebSocketMessageType.Text)
                {
                    GotText = true;
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.InvalidMessageType, "MQTT takes binary frames", CancellationToken.None).ConfigureAwait(false);
                    break;
                }

                if (!isRead || frame.Count == 0)
                    continue;
                writer.Advance(frame.Count);
                // A session that has ended reads no more; its peer's answer to the farewell still comes.
                isRead = !(await writer.FlushAsync().ConfigureAwait(false)).IsCompleted;
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or ConnectionAbortedException or ObjectDisposedException)
        {
            // The connection was lost.
        }
        finally
        {
            await writer.CompleteAsync().ConfigureAwait(false);
            await _closed.CancelAsync().ConfigureAwait(false);
        }
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
