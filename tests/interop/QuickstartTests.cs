using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Interop.Tests;

public sealed class QuickstartTests
{
    private static string Script => Path.Combine(RepositoryFiles.Root, "quickstart.sh");

    [Fact]
    public async Task Once_ends_with_0_after_the_first_judged_report()
    {
        await using ChildProcess quickstart = ChildProcess.Start(
            Script, "--once", "--mqtt", LoopbackPorts.TakeFree(), "--http", LoopbackPorts.TakeFree(), "--thing", "here");

        Assert.True(await quickstart.WaitForExitAsync() == 0, quickstart.Transcript);
        Assert.Contains("report of here accepted and judged", quickstart.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_stops_everything_and_ends_with_0()
    {
        string mqtt = LoopbackPorts.TakeFree();
        await using ChildProcess quickstart = ChildProcess.Start(Script, "--mqtt", mqtt, "--http", LoopbackPorts.TakeFree(), "--thing", "here");
        await quickstart.WaitForOutputAsync("Stop with Ctrl-C");

        quickstart.Interrupt();

        Assert.True(await quickstart.WaitForExitAsync() == 0, quickstart.Transcript);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Loopback, int.Parse(mqtt, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
