using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Defender.Agent.Linux.Metrics;
using Defender.Agent.Linux.Service;
using Xunit;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>What a service manager with WatchdogSec=120 hears of a loop that works, and of one that is stuck.</summary>
public sealed class WatchdogTests : IAsyncLifetime
{
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly RunningLoop _loop = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly ServiceManager _service;

    public WatchdogTests()
    {
        string name = Path.Combine(_folder.Path, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(name));
        _service = ServiceManager.Open(name, "120000000", null, 1, _loop.Log.Log);
        _loop.Liveness = _service;
        _loop.Gateway.Answers = RunningLoop.Accepted;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _loop.DisposeAsync();
        _service.Dispose();
        _manager.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_loop_that_works_gives_a_sign_at_half_of_the_time()
    {
        _loop.Start(interval: Interval);
        Assert.Equal(1, Signs());

        for (int i = 0; i < 20; i++)
        {
            _loop.Advance(Half - TimeSpan.FromMilliseconds(1));
            Assert.Equal(0, Signs());
            _loop.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(1, Signs());
        }
    }

    [Fact]
    public void So_it_does_while_the_gateway_is_away()
    {
        _loop.Gateway.IsAway = true;
        _loop.Start(interval: Interval);
        Signs();

        // A socket of datagrams holds ten, and each attempt to connect is one as well.
        for (int i = 0; i < 20; i++)
        {
            _loop.Advance(Half);
            Assert.Equal(1, Signs());
        }
    }

    [Fact]
    public void A_thread_that_stands_still_gives_none()
    {
        _loop.Start(interval: Interval);
        Signs();

        // The time passes, and the loop gets no turn.
        _loop.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(0, Signs());
        _loop.Turn();
        Assert.InRange(Signs(), 1, 2);
    }

    [Fact]
    public async Task A_report_that_never_gets_done_ends_the_signs_though_the_loop_still_turns()
    {
        // On the system's clock its time is not over before the test is.
        UserMetric hung = new() { Name = "hung", Type = CustomMetricType.Number, Command = ["/bin/sleep", "60"], Timeout = TimeSpan.FromSeconds(60) };
        _loop.CustomMetrics = new CustomMetricCollector([], [hung], TimeProvider.System, _loop.Log.Log);
        _loop.Start(interval: Interval);
        Signs();

        // Due at the start; no sign any more when it is later than an interval and a minute.
        _loop.Advance(Interval + TimeSpan.FromSeconds(59));
        Assert.Equal(5, Signs());
        _loop.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(0, Signs());
        Assert.Empty(_loop.Gateway.Reports);
        await _loop.EndAsync();
    }

    private int Signs()
    {
        int signs = 0;
        byte[] buffer = new byte[4096];
        while (_manager.Available > 0)
            signs += Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer)) == "WATCHDOG=1" ? 1 : 0;
        return signs;
    }
}
