using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Firmware.Status;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Status;

public sealed class StatusPageTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly SocketLedger _ledger = new(16);
    private readonly int _port = FreePort();
    private readonly StatusPage _page;
    private int _faults;

    public StatusPageTests()
    {
        _page = new StatusPage(_port, _ledger, _clock, () => "thing: pump-17\n", () => Interlocked.Increment(ref _faults));
        _page.Start();
        Eventually(() => CanConnect());
        Eventually(() => _ledger.Open == 1);
    }

    public void Dispose()
    {
        _page.Stop();
        Eventually(() => _ledger.Open == 0);
    }

    [Fact]
    public async Task It_says_how_the_device_is_and_closes()
    {
        string answer = await AskAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 15\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nthing: pump-17\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /favicon.ico HTTP/1.1\r\n\r\n", "404 Not Found")]
    [InlineData("GET /../../etc/passwd HTTP/1.0\r\n\r\n", "404 Not Found")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("DELETE / HTTP/1.1\r\n\r\n", "405 Method Not Allowed")]
    [InlineData("hello\r\n\r\n", "400 Bad Request")]
    [InlineData("GET / HTTP/2.0\r\n\r\n", "400 Bad Request")]
    [InlineData("\r\n\r\n", "400 Bad Request")]
    public async Task Anything_else_is_refused(string request, string reason) =>
        Assert.StartsWith($"HTTP/1.1 {reason}\r\n", await AskAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task A_request_of_more_than_a_kilobyte_is_refused_before_it_ends() =>
        Assert.StartsWith("HTTP/1.1 431 ", await AskAsync("GET / HTTP/1.1\r\nX: " + new string('x', StatusRequest.MaxBytes)), StringComparison.Ordinal);

    [Fact]
    public async Task A_visitor_that_sends_a_byte_now_and_then_has_two_seconds_in_all()
    {
        // Served in turn, so that no earlier visitor looks at the clock any more.
        await AskAsync("GET / HTTP/1.1\r\n\r\n");
        Eventually(() => _ledger.Open == 1);
        int looks = _clock.Looks;
        using TcpClient visitor = Connect();
        NetworkStream stream = visitor.GetStream();

        // One look when the request begins and one before each wait for more. The next byte comes only then: one that met the end of the
        // connection would reset it, and the answer with it.
        Eventually(() => _clock.Looks == looks + 2);
        for (int sent = 1; sent <= 2; sent++)
        {
            _clock.Advance(500);
            await stream.WriteAsync("G"u8.ToArray());
            Eventually(() => _clock.Looks == looks + 2 + sent);
        }

        Assert.Equal(0, visitor.Available);
        _clock.Advance(1001);
        await stream.WriteAsync("G"u8.ToArray());
        using StreamReader reader = new(stream);
        Assert.StartsWith("HTTP/1.1 408 ", await ReadAsync(reader), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visitors_are_served_one_after_the_other()
    {
        using TcpClient first = Connect();
        await first.GetStream().WriteAsync("GET / HT"u8.ToArray());
        Eventually(() => _ledger.Open == 2);
        Task<string> second = AskAsync("GET / HTTP/1.1\r\n\r\n");
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(second.IsCompleted);

        await first.GetStream().WriteAsync("TP/1.1\r\n\r\n"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 200 ", await second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listener_and_visitor_are_in_the_report_and_leave_it()
    {
        using TcpClient visitor = Connect();
        Eventually(() => _ledger.Open == 2);
        Report report = Fill();
        Assert.Equal((1, _port), (report.TcpPorts.Count, report.TcpPorts.Port(0)));
        Assert.Equal((1, ((IPEndPoint)visitor.Client.LocalEndPoint!).Port), (report.Connections.Count, report.Connections.RemotePort(0)));

        await visitor.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        using StreamReader reader = new(visitor.GetStream());
        string answer = await ReadAsync(reader);
        Eventually(() => _ledger.Open == 1);
        report = Fill();
        Assert.Equal(18, report.NetworkStats.BytesIn);
        Assert.Equal(answer.Length, report.NetworkStats.BytesOut);

        _page.Stop();
        Eventually(() => _ledger.Open == 0);
        Assert.Equal(0, Fill().TcpPorts.Count);
    }

    [Fact]
    public void A_visitor_that_goes_away_is_forgotten()
    {
        for (int i = 0; i < 20; i++)
        {
            using TcpClient visitor = Connect();
            visitor.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Eventually(() => _ledger.Open == 1);
        Assert.Equal(0, _faults);
    }

    [Fact]
    public void A_port_that_is_taken_is_a_fault_and_no_port_of_the_report()
    {
        SocketLedger ledger = new(4);
        int faults = 0;
        var second = new StatusPage(_port, ledger, _clock, () => "", () => Interlocked.Increment(ref faults));
        second.Start();

        Eventually(() => faults == 1);
        Assert.Equal(0, ledger.Open);
        second.Stop();
    }

    [Fact]
    public void A_ledger_without_room_opens_no_port()
    {
        SocketLedger ledger = new(1);
        ledger.Enter(SocketKind.TcpListener, 1, "");
        int port = FreePort(), faults = 0;
        var page = new StatusPage(port, ledger, _clock, () => "", () => Interlocked.Increment(ref faults));
        page.Start();

        Eventually(() => faults == 1);
        Assert.Throws<SocketException>(() => new TcpClient("127.0.0.1", port).Dispose());
        page.Stop();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Eventually(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Assert.True(SpinWait.SpinUntil(condition, TestDevice.Deadline), $"it did not come to that in {watch.Elapsed}");
    }

    private static Task<string> ReadAsync(StreamReader reader) => reader.ReadToEndAsync().WaitAsync(TestDevice.Deadline);

    private TcpClient Connect() => new("127.0.0.1", _port);

    private bool CanConnect()
    {
        try
        {
            Connect().Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<string> AskAsync(string request)
    {
        using TcpClient visitor = Connect();
        await visitor.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using StreamReader reader = new(visitor.GetStream());
        return await ReadAsync(reader);
    }

    private Report Fill()
    {
        Report report = new(16, 16);
        report.Begin(1);
        _ledger.Fill(report);
        return report;
    }
}
