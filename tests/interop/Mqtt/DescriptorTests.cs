using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>A gateway that may have no more files open.</summary>
public sealed class DescriptorTests
{
    private const int Room = 20;

    [Fact]
    public async Task Devices_that_find_no_descriptor_are_accepted_when_there_is_one()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        // What it opens with its first client is open.
        await (await RawClient.ConnectAsync(gateway.MqttPort, "first")).DisposeAsync();
        int open = Directory.GetFileSystemEntries($"/proc/{gateway.Process.Id}/fd").Length;
        await LimitAsync(gateway.Process.Id, open + Room);
        var connected = new List<RawClient>();
        var waiting = new List<Task<RawClient>>();
        try
        {
            for (int i = 0; i < Room / 2; i++)
                connected.Add(await RawClient.ConnectAsync(gateway.MqttPort, $"early-{i}"));
            for (int i = 0; i < 2 * Room; i++)
                waiting.Add(RawClient.ConnectAsync(gateway.MqttPort, $"late-{i}"));
            await gateway.Process.WaitForTranscriptAsync(new Regex("devices are not accepted at .* for now"));
            Assert.Contains(waiting, client => !client.IsCompleted);

            // Those who are there are served meanwhile.
            foreach (RawClient client in connected)
                await client.AskAsync(RawPackets.PingReq, RawPackets.PingResp);
            await LimitAsync(gateway.Process.Id, open + (5 * Room));

            connected.AddRange(await Task.WhenAll(waiting));
        }
        finally
        {
            foreach (RawClient client in connected)
                await client.DisposeAsync();
        }
    }

    private static async Task LimitAsync(int process, int files)
    {
        using Process prlimit = Process.Start("prlimit", ["--pid", process.ToString(CultureInfo.InvariantCulture), $"--nofile={files}:"]);
        await prlimit.WaitForExitAsync();
        Assert.Equal(0, prlimit.ExitCode);
    }
}
