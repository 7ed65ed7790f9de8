using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

public sealed class StartupTests
{
    [Fact]
    public async Task A_second_gateway_on_the_same_data_directory_stops_with_2()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();

        await AssertRefusedAsync(gateway.Directory, "run", "--mqtt", "0", "--http", "0", "--data", gateway.Directory);
    }

    [Theory]
    [InlineData("--mqtt")]
    [InlineData("--http")]
    public async Task A_second_gateway_on_the_same_port_stops_with_2(string option)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        string port = option == "--mqtt" ? gateway.MqttPort : gateway.HttpPort;
        string other = option == "--mqtt" ? "--http" : "--mqtt";
        string data = Path.Combine(gateway.Directory, "other");

        await AssertRefusedAsync($"port {port} is in use: choose another with {option}", "run", option, port, other, "0", "--data", data);
    }

    [Fact]
    public async Task A_profile_with_mistakes_is_refused_with_every_mistake_named()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file,
            """{"securityProfileName":"p","behaviors":[{"name":"a b","metric":"aws:listening-tcp-port","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[70000]}}}]}""");
        try
        {
            await using ChildProcess gateway = ChildProcess.StartGateway("run", "--profile", file, "--data", file + ".d");
            Assert.Equal(2, await gateway.WaitForExitAsync());
            Assert.Contains("name should have 1 to 128 characters", gateway.Transcript, StringComparison.Ordinal);
            Assert.Contains("aws:listening-tcp-port is not supported", gateway.Transcript, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("run", "--mqtt", "70000")]
    [InlineData("run", "--no-such-option")]
    [InlineData("run", "--min-report-interval", "soon")]
    [InlineData("run", "--profile", "/no/such/file")]
    [InlineData("violations", "--data", "/no/such/directory")]
    public async Task What_cannot_be_done_as_asked_ends_with_2(params string[] arguments)
    {
        await using ChildProcess gateway = ChildProcess.StartGateway(arguments);

        Assert.Equal(2, await gateway.WaitForExitAsync());
        Assert.Contains(arguments[^1], gateway.Transcript, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(string culprit, params string[] arguments)
    {
        await using ChildProcess second = ChildProcess.StartGateway(arguments);

        Assert.Equal(2, await second.WaitForExitAsync());
        Assert.Contains(culprit, second.Transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Transcript, StringComparison.Ordinal);
    }
}
