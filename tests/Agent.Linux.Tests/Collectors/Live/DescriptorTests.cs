using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>A process that has run out of descriptors goes on reporting, also where a report would take a second socket.</summary>
public sealed class DescriptorTests : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));
    private readonly OpenSockets _sockets = new();
    private Process? _process;

    public void Dispose()
    {
        _process?.Kill();
        _process?.Dispose();
        _sockets.Dispose();
        _deadline.Dispose();
    }

    [Theory]
    [InlineData("500")]
    [InlineData("1")] // fewer than there are: what is left of the list is only counted
    public async Task Reports_go_on_without_a_descriptor(string maxConnections)
    {
        Socket server = _sockets.Listen(IPAddress.Loopback);
        for (int i = 0; i < 5; i++)
            _sockets.Connect(server, IPAddress.Loopback);
        string[] arguments = ["collect", "--interval", "1s", "--window", "0", "--max-connections", maxConnections];
        _process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "defender-agent"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        // The runtime opens files of its own until each path was taken once.
        for (int i = 0; i < 3; i++)
            await AssertWholeAsync(server);
        using (Process limit = Process.Start("prlimit", ["--pid", $"{_process.Id}", "--nofile=0:0"]))
            await limit.WaitForExitAsync(_deadline.Token);

        // The report after the next one was begun after the limit fell.
        await AssertWholeAsync(server);
        await AssertWholeAsync(server);
        _process.Kill();
        Assert.DoesNotContain(" 400 ", await _process.StandardError.ReadToEndAsync(_deadline.Token), StringComparison.Ordinal);
    }

    private async Task AssertWholeAsync(Socket server)
    {
        string? line = await _process!.StandardOutput.ReadLineAsync(_deadline.Token);
        using JsonDocument report = JsonDocument.Parse(line!);
        JsonElement metrics = report.RootElement.GetProperty("metrics");
        Assert.Contains($"\"port\":{OpenSockets.Port(server)},", metrics.GetProperty("listening_tcp_ports").GetRawText(), StringComparison.Ordinal);
        Assert.True(metrics.TryGetProperty("listening_udp_ports", out _));
        Assert.InRange(metrics.GetProperty("tcp_connections").GetProperty("established_connections").GetProperty("total").GetInt32(), 10, int.MaxValue);
    }
}
