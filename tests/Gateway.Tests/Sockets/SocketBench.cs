using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Defender.Gateway.Tests.Running;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>A listener with loops of its own, whose connections the test, or what it gives, serves.</summary>
internal sealed class SocketBench : IAsyncDisposable
{
    private readonly EventLoops _loops;
    private readonly Channel<SocketConnection> _accepted = Channel.CreateUnbounded<SocketConnection>();
    private readonly List<IDisposable> _clients = [];
    private readonly List<SocketConnection> _connections = [];

    /// <param name="loops">How many loops.</param>
    /// <param name="serve">Serves each connection; null where the test does.</param>
    /// <param name="address">Where to listen; null for loopback.</param>
    public SocketBench(int loops = 1, Func<SocketConnection, Task>? serve = null, IPEndPoint? address = null)
    {
        _loops = new EventLoops(loops);
        Listener = new SocketListener(
            address ?? new IPEndPoint(IPAddress.Loopback, 0),
            _loops,
            connection => _ = serve?.Invoke(connection) ?? Take(connection),
            error => Failures.Enqueue(error));
    }

    public SocketListener Listener { get; }

    public EventLoops Loops => _loops;

    /// <summary>What kept connections from being accepted.</summary>
    public Queue<Exception> Failures { get; } = [];

    /// <summary>A client and its connection.</summary>
    public async Task<(Socket Client, SocketConnection Connection)> ConnectAsync(int? receiveBuffer = null)
    {
        Socket client = Connect(receiveBuffer);
        return (client, await NextAsync());
    }

    /// <summary>A client, which the bench disposes of.</summary>
    public Socket Connect(int? receiveBuffer = null)
    {
        Socket client = Open(receiveBuffer);
        client.Connect(IPAddress.Loopback, Listener.EndPoint.Port);
        return client;
    }

    /// <summary>The next connection that was accepted.</summary>
    public async Task<SocketConnection> NextAsync() => await _accepted.Reader.ReadAsync().AsTask().WaitAsync(TestGateway.Deadline);

    /// <summary>Gives back what it gets, until the peer sends no more.</summary>
    public static async Task EchoAsync(SocketConnection connection)
    {
        await using (connection.ConfigureAwait(false))
        {
            (PipeReader input, PipeWriter output) = (connection.Transport.Input, connection.Transport.Output);
            try
            {
                while (true)
                {
                    ReadResult result = await input.ReadAsync().ConfigureAwait(false);
                    output.Write(result.Buffer.FirstSpan);
                    input.AdvanceTo(result.Buffer.End);
                    FlushResult flushed = await output.FlushAsync().ConfigureAwait(false);
                    if (result.IsCompleted || flushed.IsCompleted)
                        return;
                }
            }
            catch (Exception error) when (error is IOException or InvalidOperationException)
            {
                // Reset, or aborted between a read and a write.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Listener.Dispose();
        _clients.ForEach(client => client.Dispose());
        foreach (SocketConnection connection in _connections)
            await connection.DisposeAsync();
        _loops.Dispose();
    }

    private Socket Open(int? receiveBuffer)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.ReceiveTimeout = client.SendTimeout = (int)TestGateway.Deadline.TotalMilliseconds;
        if (receiveBuffer is { } size)
            client.ReceiveBufferSize = size;
        _clients.Add(client);
        return client;
    }

    private Task Take(SocketConnection connection)
    {
        _connections.Add(connection);
        _accepted.Writer.TryWrite(connection);
        return Task.CompletedTask;
    }
}
