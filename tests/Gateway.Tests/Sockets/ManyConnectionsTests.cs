using System;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>Connections beside each other.</summary>
public sealed class ManyConnectionsTests
{
    [Fact]
    public async Task Hundreds_are_served_at_once_over_several_loops()
    {
        await using var bench = new SocketBench(loops: 4, serve: SocketBench.EchoAsync);
        Socket[] clients = [.. Enumerable.Range(0, 400).Select(_ => bench.Connect())];

        for (int round = 0; round < 10; round++)
        {
            byte[][] sent = [.. clients.Select((_, i) => SocketReading.RandomBytes(1 + ((i * 37 * (round + 1)) % 3000), (round * 1000) + i))];
            for (int i = 0; i < clients.Length; i++)
                clients[i].Send(sent[i]);
            for (int i = 0; i < clients.Length; i++)
                Assert.Equal(sent[i], clients[i].ReceiveExactly(sent[i].Length));
        }
    }

    [Fact]
    public async Task Who_floods_does_not_keep_others_from_being_answered()
    {
        await using var bench = new SocketBench(serve: SocketBench.EchoAsync);
        Socket[] floods = [bench.Connect(), bench.Connect()];
        Socket other = bench.Connect();
        using var end = new CancellationTokenSource();
        long flooded = 0;
        Task[] flooding = [.. floods.SelectMany(flood => (Task[])[Task.Run(() => Send(flood)), Task.Run(() => Take(flood))])];
        try
        {
            await Eventually.TrueAsync(() => Interlocked.Read(ref flooded) > 1_000_000, "the flood has begun");
            // Each has the deadline of a read to be answered in, which ends the test if it is not.
            for (int i = 0; i < 100; i++)
            {
                other.Send("ping"u8);
                Assert.Equal("ping"u8, other.ReceiveExactly(4));
            }

            long before = Interlocked.Read(ref flooded);
            await Eventually.TrueAsync(() => Interlocked.Read(ref flooded) > before, "the flood goes on");
        }
        finally
        {
            await end.CancelAsync();
            Array.ForEach(floods, flood => flood.Dispose());
            await Task.WhenAll(flooding);
        }

        void Send(Socket flood)
        {
            byte[] bytes = new byte[64 * 1024];
            try
            {
                while (!end.IsCancellationRequested)
                    flood.Send(bytes);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Over.
            }
        }

        void Take(Socket flood)
        {
            byte[] bytes = new byte[64 * 1024];
            try
            {
                while (!end.IsCancellationRequested)
                    Interlocked.Add(ref flooded, flood.Receive(bytes));
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Over.
            }
        }
    }
}
