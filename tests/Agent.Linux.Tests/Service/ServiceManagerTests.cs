using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Defender.Agent.Linux.Service;
using Xunit;

namespace Defender.Agent.Linux.Tests.Service;

/// <summary>The datagrams of sd_notify, as a service manager receives them.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new(TimeProvider.System);
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_word_is_a_datagram(bool isAbstract)
    {
        string name = isAbstract ? $"@{Path.GetFileName(_folder.Path)}" : Path.Combine(_folder.Path, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name[1..] : name));
        using ServiceManager service = Open(name);

        service.Ready();
        Assert.Equal("READY=1", Receive());
        service.Status("connected to mqtts://gateway:8883");
        Assert.Equal("STATUS=connected to mqtts://gateway:8883", Receive());
        service.Alive();
        Assert.Equal("WATCHDOG=1", Receive());
        service.Stopping();
        Assert.Equal("STOPPING=1", Receive());
    }

    [Fact]
    public void A_status_cannot_say_anything_else()
    {
        string name = Bind();
        using ServiceManager service = Open(name);

        service.Status("rejected: x\nWATCHDOG_USEC=1\nMAINPID=1");

        Assert.Equal("STATUS=rejected: x WATCHDOG_USEC=1 MAINPID=1", Receive());
    }

    [Fact]
    public void A_long_status_is_cut_to_whole_letters()
    {
        string name = Bind();
        using ServiceManager service = Open(name);

        service.Status(new string('é', 5000));

        string status = Receive();
        Assert.InRange(status.Length, 300, 1024);
        Assert.Equal("STATUS=", status.TrimEnd('é'));
    }

    [Theory]
    [InlineData("30000000", null, 15_000)]
    [InlineData("30000000", "4711", 15_000)]
    [InlineData("30000000", "4712", Timeout.Infinite)]
    [InlineData(null, null, Timeout.Infinite)]
    [InlineData("0", null, Timeout.Infinite)]
    [InlineData("soon", null, Timeout.Infinite)]
    public void A_sign_of_life_is_given_twice_as_often_as_it_is_wanted(string? microseconds, string? process, int milliseconds)
    {
        using ServiceManager service = ServiceManager.Open(Bind(), microseconds, process, 4711, _log.Log);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), service.AliveEvery);
    }

    [Fact]
    public void Without_a_manager_nobody_is_told()
    {
        using ServiceManager service = ServiceManager.Open(null, "30000000", null, 1, _log.Log);

        service.Ready();

        Assert.Equal(Timeout.InfiniteTimeSpan, service.AliveEvery);
        Assert.Empty(_log.All());
    }

    [Theory]
    [InlineData("/not/there/notify")]
    [InlineData("relative")]
    public void A_manager_that_is_not_there_costs_one_line(string name)
    {
        using ServiceManager service = Open(name);

        service.Ready();
        service.Alive();

        Assert.Single(_log.Of(701));
    }

    [Fact]
    public void A_manager_that_goes_away_costs_one_line()
    {
        string name = Bind();
        using ServiceManager service = Open(name);
        _manager.Close();

        service.Alive();
        service.Alive();

        Assert.Single(_log.Of(701));
    }

    [Fact]
    public void A_manager_that_does_not_read_does_not_hold_the_agent_up()
    {
        string name = Bind();
        using ServiceManager service = Open(name);

        // More than any queue of datagrams has room for.
        for (int i = 0; i < 5000; i++)
            service.Alive();

        Assert.Single(_log.Of(701));
    }

    [Fact]
    public void Being_alive_allocates_nothing()
    {
        string name = Bind();
        using ServiceManager service = Open(name);
        service.Alive();
        Receive();

        long before = GC.GetAllocatedBytesForCurrentThread();
        service.Alive();
        service.Ready();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private string Bind()
    {
        string name = Path.Combine(_folder.Path, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(name));
        return name;
    }

    private ServiceManager Open(string name) => ServiceManager.Open(name, null, null, 1, _log.Log);

    private string Receive()
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
