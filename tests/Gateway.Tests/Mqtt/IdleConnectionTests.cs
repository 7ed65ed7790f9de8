using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What a client costs that is connected and says nothing.</summary>
[Collection(AloneCollection.Name)]
public sealed class IdleConnectionTests(ITestOutputHelper output)
{
    private const int Count = 1000;

    // Beside the gateway's objects those of the test's own socket, some 300 bytes.
    private const int MaxBytes = 4000;

    [Fact]
    public async Task An_idle_plain_connection_holds_less_than_four_kilobytes()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        // What is made once, and the room of tables.
        List<Socket> sockets = [.. Enumerable.Range(0, 100).Select(i => Connect(gateway, $"warm-{i}"))];
        await Eventually.TrueAsync(() => endpoint.Count == 100, "the first are connected");

        // What this process does meanwhile adds to some rounds, and what it lets go of takes from others.
        var rounds = new List<long>();
        for (int round = 1; round <= 5; round++)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            sockets.AddRange(Enumerable.Range(0, Count).Select(i => Connect(gateway, $"pump-{round}-{i:D5}")));
            await Eventually.TrueAsync(() => endpoint.Count == 100 + (round * Count), "all are connected");
            rounds.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / Count);
        }

        long bytes = rounds.Order().ElementAt(2);
        output.WriteLine($"{string.Join(", ", rounds)} bytes a connection");
        Assert.InRange(bytes, 1000, MaxBytes);
        sockets.ForEach(socket => socket.Dispose());
    }

    private static Socket Connect(TestGateway gateway, string clientId)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, gateway.Host.MqttPort);
        socket.Send(RawPeer.Connect(clientId));
        byte[] answer = new byte[4];
        Assert.Equal(4, socket.Receive(answer));
        Assert.Equal(0, answer[3]);
        return socket;
    }
}
