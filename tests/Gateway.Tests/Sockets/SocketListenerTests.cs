using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Xunit;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>Where connections come from.</summary>
public sealed class SocketListenerTests
{
    [Fact]
    public async Task A_free_port_is_found_and_cannot_be_had_twice()
    {
        await using var bench = new SocketBench();
        Assert.InRange(bench.Listener.EndPoint.Port, 1, 65_535);

        SocketException error = Assert.Throws<SocketException>(() => new SocketListener(bench.Listener.EndPoint, bench.Loops, _ => { }, _ => { }));

        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        (Socket client, SocketConnection connection) = await bench.ConnectAsync();
        Assert.Equal(client.LocalEndPoint, connection.RemoteEndPoint);
    }

    [Fact]
    public async Task Connections_outlive_their_listener_and_nobody_comes_any_more()
    {
        await using var bench = new SocketBench();
        (Socket client, SocketConnection connection) = await bench.ConnectAsync();

        bench.Listener.Dispose();

        client.Send("x"u8);
        Assert.Equal("x", await connection.TakeTextAsync());
        Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => bench.Connect()).SocketErrorCode);
        // The next gateway takes the port at once, though connections of this one are there.
        await using var next = new SocketBench(address: bench.Listener.EndPoint);
        await next.ConnectAsync();
    }

    [IPv6Fact]
    public async Task The_address_of_all_is_that_of_both_families()
    {
        await using var bench = new SocketBench(address: new IPEndPoint(IPAddress.IPv6Any, 0));
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(address, bench.Listener.EndPoint.Port);

            var remote = (IPEndPoint)(await bench.NextAsync()).RemoteEndPoint!;

            Assert.Equal(((IPEndPoint)client.LocalEndPoint!).Port, remote.Port);
            Assert.Equal(address.MapToIPv6(), remote.Address);
        }
    }

    [Fact]
    public async Task Small_answers_are_not_kept_back()
    {
        await using var bench = new SocketBench(serve: SocketBench.EchoAsync);
        Socket client = bench.Connect();
        long start = TimeProvider.System.GetTimestamp();

        // Nagle's algorithm and a delayed acknowledgement would make 40 ms of each second one.
        for (int i = 0; i < 100; i++)
        {
            client.Send("a"u8);
            client.Send("b"u8);
            client.ReceiveExactly(2);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 3);
    }

    /// <summary>A fact for machines with IPv6: skipped, by name, on others.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class IPv6FactAttribute : FactAttribute
    {
        public IPv6FactAttribute()
        {
            try
            {
                using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            }
            catch (SocketException)
            {
                Skip = "needs IPv6, which this machine has not";
            }
        }
    }
}
