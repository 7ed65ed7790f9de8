using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Defender.Gateway.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>Many that come, send, go and are cut off in any order.</summary>
[Collection(AloneCollection.Name)]
public sealed class SocketStressTests(ITestOutputHelper output)
{
    private const int Threads = 20;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<SocketConnection, bool> _open = new();
    private int _connected;
    private int _served;

    [Fact]
    public async Task Nothing_is_left_of_any()
    {
        // What the process opens once.
        await RunAsync(TimeSpan.FromSeconds(0.1), seed: 0);
        int before = Descriptors();

        int exchanges = await RunAsync(Duration, seed: 1000);

        output.WriteLine($"{_served} connections, {exchanges} exchanges");
        Assert.InRange(exchanges, 100, int.MaxValue);
        await Eventually.TrueAsync(() => Descriptors() <= before, $"no more than {before} descriptors are open");
    }

    private async Task<int> RunAsync(TimeSpan duration, int seed)
    {
        // Several addresses, so that no client waits for a port that has just been another's.
        await using var bench = new SocketBench(loops: 3, serve: ServeAsync, address: new IPEndPoint(IPAddress.Any, 0));
        using var end = new CancellationTokenSource(duration, TimeProvider.System);
        int[] exchanges = new int[Threads];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() => exchanges[number] = Live(bench.Listener.EndPoint.Port, number, seed, end.Token)))];
        Thread aborting = new(() => Abort(seed, end.Token));
        Array.ForEach(threads, thread => thread.Start());
        aborting.Start();
        // Elsewhere: this thread's context serves others.
        await Task.Run(() => Array.ForEach([.. threads, aborting], thread => Assert.True(thread.Join(TestGateway.Deadline))));
        await Eventually.TrueAsync(
            () => _open.IsEmpty && Volatile.Read(ref _served) == Volatile.Read(ref _connected), "every connection was accepted, and is over");
        return exchanges.Sum();
    }

    private async Task ServeAsync(SocketConnection connection)
    {
        _open[connection] = true;
        Interlocked.Increment(ref _served);
        await SocketBench.EchoAsync(connection).ConfigureAwait(false);
        _open.TryRemove(connection, out _);
    }

    // From outside, at any moment of a connection's life.
    private void Abort(int seed, CancellationToken end)
    {
        var random = new Random(seed);
        while (!end.WaitHandle.WaitOne(1))
        {
            foreach (SocketConnection connection in _open.Keys)
            {
                switch (random.Next(16))
                {
                    case 0:
                        connection.Abort();
                        break;
                    case 1:
                        connection.Transport.Input.CancelPendingRead();
                        break;
                    case 2:
                        connection.EndSending();
                        break;
                    case 3:
                        _ = connection.DisposeAsync().AsTask();
                        break;
                }
            }
        }
    }

    private int Live(int port, int number, int seed, CancellationToken end)
    {
        var random = new Random(seed + number);
        int exchanges = 0;
        byte[] bytes = new byte[40_000];
        while (!end.IsCancellationRequested)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000, SendTimeout = 10_000 };
            try
            {
                client.Connect(new IPAddress([127, 0, 1, (byte)(number + 1)]), port);
                Interlocked.Increment(ref _connected);
                for (int i = random.Next(4); i > 0; i--)
                {
                    Span<byte> message = bytes.AsSpan(0, random.Next(1, bytes.Length));
                    client.Send(message);
                    if (random.Next(3) == 0)
                        continue;
                    client.ReceiveExactly(message[..random.Next(message.Length)]);
                    exchanges++;
                }

                if (random.Next(2) == 0)
                    client.Reset();
                else if (random.Next(2) == 0)
                    client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception error) when (error is EndOfStreamException || error is SocketException { SocketErrorCode: not SocketError.TimedOut })
            {
                // Was cut off.
            }
        }

        return exchanges;
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
