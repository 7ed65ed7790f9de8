using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static Defender.Agent.Linux.Tests.Collectors.Live.NetworkNamespace;
using static Defender.Agent.Linux.Tests.Collectors.Live.OpenSockets;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>A namespace with two interfaces and sockets of every kind, what other agents get wrong above all.</summary>
internal sealed class MixedSockets : IDisposable
{
    private readonly OpenSockets _sockets = new();
    private readonly IPAddress _linkLocal;

    public MixedSockets()
    {
        MakePair();
        Execute("ip", "addr add 10.9.0.1/24 dev v0");
        Execute("ip", "addr add 10.9.0.2/24 dev v0 label v0:1");
        Execute("ip", "addr add 10.9.1.1/24 dev v1");
        Execute("ip", "addr add 2001:db8::1/64 dev v0 nodad");
        Execute("ip", "addr add fe80::99/64 dev v0 nodad");

        // The kernel makes the routes in its own time, and until then nothing can connect.
        WaitUntil(() => Execute("ip", "-6 route show table local") is { } routes
            && routes.Contains("local 2001:db8::1 ", StringComparison.Ordinal) && routes.Contains("local fe80::99 ", StringComparison.Ordinal));
        long index = long.Parse(Execute("cat", "/sys/class/net/v0/ifindex"), CultureInfo.InvariantCulture);
        _linkLocal = new IPAddress(IPAddress.Parse("fe80::99").GetAddressBytes(), index);
    }

    public void Dispose() => _sockets.Dispose();

    /// <summary>The interface that this class gave the address.</summary>
    public static string InterfaceOf(IPAddress address) => address.ToString() switch
    {
        "0.0.0.0" or "::" => "",
        "10.9.0.1" or "10.9.0.2" or "2001:db8::1" or "fe80::99" => "v0",
        "10.9.1.1" => "v1",
        string text when text.StartsWith("127.", StringComparison.Ordinal) || text == "::1" => "lo",
        string text => throw new ArgumentException(text),
    };

    public void Open()
    {
        IPAddress mapped = IPAddress.Parse("::ffff:10.9.0.2");
        Socket any = _sockets.Listen(IPAddress.Any);
        Socket dual = _sockets.Listen(IPAddress.IPv6Any, dualMode: true);
        Socket both = _sockets.Listen(IPAddress.Any);
        _sockets.Listen(IPAddress.IPv6Any, Port(both)); // two sockets, one port
        Socket second = _sockets.Listen(IPAddress.Parse("127.0.0.2"));
        Socket secondary = _sockets.Listen(IPAddress.Parse("10.9.0.2"));
        _sockets.Listen(mapped, dualMode: true);
        Socket global = _sockets.Listen(IPAddress.Parse("2001:db8::1"));
        Socket local = _sockets.Listen(_linkLocal);
        Socket twin = _sockets.Listen(IPAddress.Loopback, reusePort: true);
        for (int i = 0; i < 4; i++)
            _sockets.Listen(IPAddress.Loopback, Port(twin), reusePort: true);

        _sockets.Connect(any, IPAddress.Loopback);
        _sockets.Connect(any, IPAddress.Parse("10.9.1.1"));
        _sockets.Connect(dual, IPAddress.Loopback); // the server's side is ::ffff:127.0.0.1
        _sockets.Connect(dual, IPAddress.IPv6Loopback);
        _sockets.Connect(second, IPAddress.Parse("127.0.0.2"));
        _sockets.Connect(secondary, IPAddress.Parse("10.9.0.2"));
        _sockets.Connect(global, IPAddress.Parse("2001:db8::1"));
        _sockets.Connect(local, _linkLocal);
        for (int i = 0; i < 20; i++)
            _sockets.Connect(any, IPAddress.Loopback).Client.Dispose(); // CLOSE_WAIT and FIN_WAIT2

        WaitUntil(() => SsTable.Read().CloseWait == 20);

        Socket udp = _sockets.Udp(IPAddress.Any);
        _sockets.Udp(IPAddress.IPv6Any);
        _sockets.Udp(IPAddress.Parse("10.9.0.1"));
        _sockets.Udp(_linkLocal);
        Socket udpTwin = _sockets.Udp(IPAddress.Loopback, reusePort: true);
        _sockets.Udp(IPAddress.Loopback, Port(udpTwin), reusePort: true);
        _sockets.Udp(IPAddress.Loopback).Connect(IPAddress.Loopback, Port(udp)); // no listener: it has a peer
        _sockets.Udp(IPAddress.IPv6Loopback).Connect(IPAddress.IPv6Loopback, 9);
    }
}
