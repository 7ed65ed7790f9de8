using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>Behaviors that compare a thing with its fleet.</summary>
public sealed class FleetTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-fleet-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_thing_is_held_against_the_fleet_s_last_window_also_after_a_restart(bool restart)
    {
        string profile = Path.Combine(_directory, "profile.json");
        await File.WriteAllTextAsync(profile,
            """{"securityProfileName":"fleet","behaviors":[{"name":"like-others","metric":"aws:all-bytes-out","criteria":{"comparisonOperator":"less-than-equals","statisticalThreshold":{"statistic":"p100"},"durationSeconds":300}}]}""");
        var clock = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1_700_002_810));
        TestGateway gateway = await StartAsync();
        await ReportAsync(gateway, "a", 100);
        await ReportAsync(gateway, "b", 200);
        clock.Advance(TimeSpan.FromMinutes(5));
        if (restart)
        {
            await gateway.DisposeAsync();
            gateway = await StartAsync();
        }

        await ReportAsync(gateway, "a", 201);
        string alarm = await gateway.Output.WaitForAsync("in-alarm");
        await gateway.DisposeAsync();

        Assert.Contains(" thing=a profile=fleet behavior=like-others metric=aws:all-bytes-out value=201 ", alarm, StringComparison.Ordinal);

        Task<TestGateway> StartAsync() =>
            TestGateway.StartAsync(options => options with { ProfileFiles = [profile] }, clock, directory: Path.Combine(_directory, "data"));
    }

    private static async Task ReportAsync(TestGateway gateway, string thing, long bytesOut)
    {
        await using MqttClient device = await gateway.ConnectAsync(thing);
        await device.ReportAsync(thing, Encoding.UTF8.GetBytes(
            "{\"header\":{\"report_id\":1,\"version\":\"1.0\"},\"metrics\":{\"network_stats\":{\"bytes_out\":" + bytesOut + "}}}"));
    }
}
