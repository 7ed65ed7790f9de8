using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>What connections hold and what their messages allocate.</summary>
[Collection(AloneCollection.Name)]
public sealed class SocketCostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_message_allocates_nothing()
    {
        const int Clients = 16, Rounds = 625;
        await using var bench = new SocketBench(serve: SocketBench.EchoAsync);
        Socket[] clients = [.. Enumerable.Range(0, Clients).Select(_ => bench.Connect())];
        byte[] message = new byte[300];
        Exchange(100);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        Exchange(Rounds);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        output.WriteLine($"{allocated} bytes for {Clients * Rounds} messages");
        // What else the process does meanwhile; one object of each message would be 240 KB.
        Assert.InRange(allocated, 0, 100_000);

        void Exchange(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                foreach (Socket client in clients)
                    client.Send(message);
                foreach (Socket client in clients)
                    client.ReceiveExactly(message.AsSpan());
            }
        }
    }

    [Fact]
    public async Task An_idle_connection_holds_no_buffer()
    {
        const int Count = 300;
        await using var bench = new SocketBench(serve: SocketBench.EchoAsync);
        Connect(Count);

        long before = GC.GetTotalMemory(forceFullCollection: true);
        Connect(Count);
        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;

        // With the client's own socket. The smaller of the two buffers would be 128 bytes, the larger 16 KiB.
        output.WriteLine($"{bytes} bytes a connection");
        Assert.InRange(bytes, 0, 3000);

        void Connect(int count)
        {
            byte[] message = new byte[100];
            for (int i = 0; i < count; i++)
            {
                Socket client = bench.Connect();
                client.Send(message);
                client.ReceiveExactly(message.AsSpan());
            }
        }
    }

    [Fact]
    public async Task What_is_disposed_of_twice_closes_nobody_else_s_file()
    {
        string directory = Directory.CreateTempSubdirectory("defender-sockets-").FullName;
        FileStream[] files = [];
        try
        {
            var bench = new SocketBench(loops: 2);
            (_, Defender.Gateway.Sockets.SocketConnection connection) = await bench.ConnectAsync();
            await connection.DisposeAsync();
            bench.Listener.Dispose();
            bench.Loops.Dispose();

            // They have the descriptors that were closed, the lowest ones that are free.
            files = [.. Enumerable.Range(0, 64).Select(i => new FileStream(Path.Combine(directory, $"{i}"), FileMode.CreateNew))];
            await connection.DisposeAsync();
            connection.Abort();
            connection.EndSending();
            bench.Listener.Dispose();
            bench.Loops.Dispose();
            await bench.DisposeAsync();

            foreach (FileStream file in files)
            {
                file.Write("whole"u8);
                file.Flush();
                file.Position = 0;
                Assert.Equal(5, file.Read(new byte[8]));
            }
        }
        finally
        {
            Array.ForEach(files, file => file.Dispose());
            Directory.Delete(directory, recursive: true);
        }
    }
}
