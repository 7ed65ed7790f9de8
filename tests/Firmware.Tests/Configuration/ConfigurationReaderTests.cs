using System;
using System.IO;
using System.Threading.Tasks;
using Defender.Agent.Firmware.Configuration;
using Defender.Agent.Firmware.Delivery;
using Defender.Agent.Firmware.Storage;
using Defender.Agent.Firmware.Tests.Gateway;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly TestDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Every_member_is_read()
    {
        FirmwareOptions options = Read("""
            {"thing":"pump-17","endpoint":"mqtts://gateway.example:8884","intervalSeconds":60,"statusPort":8080,"timeServer":"ntp.example","board":"m5stack"}
            """);

        Assert.Equal(("pump-17", "gateway.example", 8884, true), (options.Thing!.Value, options.Host, options.Port, options.UseTls));
        Assert.Equal((60, 8080, "ntp.example", "m5stack"), (options.IntervalSeconds, options.StatusPort, options.TimeServer, options.Board!.Name));
        Assert.Equal((0, "", true), (options.Errors, options.FirstError, options.CanReport));
    }

    [Fact]
    public void What_is_left_out_has_the_documented_value()
    {
        FirmwareOptions options = Read("""{"thing":"pump-17","endpoint":"mqtts://10.0.0.1"}""");

        Assert.Equal((8883, 300, 80, "", "esp32-devkitc", 0), (options.Port, options.IntervalSeconds, options.StatusPort, options.TimeServer, options.Board!.Name, options.Errors));
    }

    [Theory]
    [InlineData("mqtt://127.0.0.1", false, "127.0.0.1", 1883)]
    [InlineData("mqtt://a-b.example:1", false, "a-b.example", 1)]
    [InlineData("mqtts://g:65535", true, "g", 65535)]
    public void Endpoints_are_read(string text, bool useTls, string host, int port)
    {
        Assert.True(EndpointText.TryParse(text, out bool foundTls, out string foundHost, out int foundPort));
        Assert.Equal((useTls, host, port), (foundTls, foundHost, foundPort));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gateway.example")]
    [InlineData("https://gateway.example")]
    [InlineData("MQTTS://gateway.example")]
    [InlineData("mqtts://")]
    [InlineData("mqtts://:8883")]
    [InlineData("mqtts://g:")]
    [InlineData("mqtts://g:0")]
    [InlineData("mqtts://g:65536")]
    [InlineData("mqtts://g:99999999999")]
    [InlineData("mqtts://g:8a")]
    [InlineData("mqtts://g:-1")]
    [InlineData("mqtts://g/path")]
    [InlineData("mqtts://user@g")]
    [InlineData("mqtts://[::1]:8883")]
    [InlineData("mqtts://g example")]
    public void What_is_no_endpoint_is_refused(string text) => Assert.False(EndpointText.TryParse(text, out _, out _, out _));

    [Theory]
    [InlineData("\"intervalSeconds\":0", "intervalSeconds is no whole number from 1 to 86400")]
    [InlineData("\"intervalSeconds\":86401", "intervalSeconds is no whole number")]
    [InlineData("\"intervalSeconds\":\"300\"", "intervalSeconds is no whole number")]
    [InlineData("\"intervalSeconds\":1.5", "intervalSeconds is no whole number")]
    [InlineData("\"intervalSeconds\":99999999999", "intervalSeconds is no whole number")]
    [InlineData("\"intervalSeconds\":null", "intervalSeconds is no whole number")]
    [InlineData("\"statusPort\":-1", "statusPort is no whole number from 0 to 65535")]
    [InlineData("\"statusPort\":65536", "statusPort is no whole number")]
    [InlineData("\"timeServer\":\"a b\"", "timeServer is no host name")]
    [InlineData("\"timeServer\":5", "timeServer is no text")]
    [InlineData("\"board\":\"esp8266\"", "board is none of esp32-devkitc esp32-c3 m5stack raspberry-pi virtual")]
    [InlineData("\"intervalSecond\":60", "defender.json has a member that is not known")]
    public void A_wrong_member_is_replaced_by_its_safe_value_and_counted(string member, string error)
    {
        FirmwareOptions options = Read($$"""{"thing":"pump-17","endpoint":"mqtts://g",{{member}}}""");

        Assert.StartsWith(error, options.FirstError, StringComparison.Ordinal);
        Assert.Equal((1, 300, 80, "", "esp32-devkitc", true), (options.Errors, options.IntervalSeconds, options.StatusPort, options.TimeServer, options.Board!.Name, options.CanReport));
    }

    [Theory]
    [InlineData("{}", 2, "thing is missing")]
    [InlineData("{\"endpoint\":\"mqtts://g\"}", 1, "thing is missing")]
    [InlineData("{\"thing\":\"a/b\",\"endpoint\":\"mqtts://g\"}", 1, "thing: a thing name is one level")]
    [InlineData("{\"thing\":\"\",\"endpoint\":\"mqtts://g\"}", 1, "thing: a thing name has at least one character")]
    [InlineData("{\"thing\":\"pump-17\"}", 1, "endpoint is missing")]
    [InlineData("{\"thing\":\"pump-17\",\"endpoint\":\"tcp://g\"}", 1, "endpoint is not mqtts://HOST")]
    [InlineData("[1]", 1, "defender.json is no JSON object")]
    [InlineData("", 1, "defender.json is no JSON object")]
    [InlineData("{\"thing\":", 1, "defender.json is no JSON object")]
    [InlineData("\0\u0001\u0002", 1, "defender.json is no JSON object")]
    public void Without_a_name_or_an_endpoint_it_runs_and_says_why_it_does_not_report(string text, int errors, string error)
    {
        FirmwareOptions options = Read(text);

        Assert.StartsWith(error, options.FirstError, StringComparison.Ordinal);
        Assert.Equal((errors, false, 300, 80), (options.Errors, options.CanReport, options.IntervalSeconds, options.StatusPort));

        _device.Boot();
        _device.Live(milliseconds: 600_000);
        Assert.StartsWith(error, _device.Host.Agent.Problem, StringComparison.Ordinal);
        Assert.Contains(error, _device.Host.Describe(), StringComparison.Ordinal);
        Assert.Equal(0, _device.Host.Agent.Outbox.Waiting);
    }

    [Fact]
    public void A_file_that_is_missing_or_too_long_is_one_error()
    {
        FirmwareOptions missing = ConfigurationReader.Read(Storage());
        FirmwareOptions tooLong = Read($$"""{"thing":"pump-17","endpoint":"mqtts://g"}{{new string(' ', ConfigurationReader.MaxFileBytes)}}""");

        Assert.All([missing, tooLong], options => Assert.Equal((1, false), (options.Errors, options.CanReport)));
        Assert.Contains("missing", missing.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_says_how_many_members_are_wrong()
    {
        using FakeGateway gateway = new();
        _device.Configure(gateway.Port, ("intervalSeconds", 0), ("colour", "red"));
        _device.Boot();
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);

        Assert.Equal(2, FakeGateway.MetricOf(gateway.Reports[0], AgentHealth.ConfigurationErrors));
    }

    private FirmwareOptions Read(string text)
    {
        _device.WriteConfiguration(text);
        return ConfigurationReader.Read(Storage());
    }

    private InternalStorage Storage() => new(_device.Drive + Path.DirectorySeparatorChar);
}
