using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.CommandLine;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

public sealed class ApplicationTests : IDisposable
{
    private static readonly AgentProcess User = new(CommandLineRun.Executable, isRoot: false);

    private readonly MemoryStream _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Theory]
    [InlineData("", "a verb is missing: collect, run, config check, config show, install, uninstall, status, doctor", "")]
    [InlineData("colect", "unknown verb 'colect'; did you mean 'collect'?", "")]
    [InlineData("zzzzzz", "unknown verb 'zzzzzz'", "")]
    [InlineData("collect --formt json", "unknown option '--formt'; did you mean '--format'?", "collect ")]
    [InlineData("collect --interva=5s", "unknown option '--interva'; did you mean '--interval'?", "collect ")]
    [InlineData("collect --zzzzzzzzz", "unknown option '--zzzzzzzzz'", "collect ")]
    [InlineData("collect json", "unexpected argument 'json'", "collect ")]
    [InlineData("collect --once=yes", "option '--once' takes no value", "collect ")]
    [InlineData("collect --once --once", "option '--once' is given twice", "collect ")]
    [InlineData("collect --format", "option '--format' needs a value: --format json|cbor", "collect ")]
    [InlineData("collect --format --once", "option '--format' needs a value: --format json|cbor", "collect ")]
    [InlineData("collect --format jsno", "--format: 'jsno' is neither json nor cbor; did you mean 'json'?", "collect ")]
    [InlineData("collect --names LONG", "--names: 'LONG' is neither long nor short", "collect ")]
    [InlineData("collect --window soon", "--window: 'soon' is no duration; write 5s, 5m, 1h, or a number of seconds", "collect ")]
    [InlineData("collect --interval 0", "--interval: 0 is out of range, 1s to 24h", "collect ")]
    [InlineData("collect --interval 999ms", "--interval: 999ms is out of range, 1s to 24h", "collect ")]
    [InlineData("collect --max-ports -1", "--max-ports: '-1' is no number from 0 to 5000", "collect ")]
    [InlineData("collect --max-connections 5001", "--max-connections: '5001' is no number from 0 to 5000", "collect ")]
    [InlineData("run", "--thing is missing: --thing NAME, thing-name in a file, or DEFENDER_AGENT_THING\ndefender-agent: --endpoint is missing: --endpoint HOST|URL, endpoint in a file, or DEFENDER_AGENT_ENDPOINT", "run ")]
    [InlineData("run --thing pump-17", "--endpoint is missing: --endpoint HOST|URL, endpoint in a file, or DEFENDER_AGENT_ENDPOINT", "run ")]
    [InlineData("run --thing a/b --endpoint mqtt://h", "--thing: a thing name is one level of an MQTT topic: no '/', '+' or '#'", "run ")]
    [InlineData("run --thing= --endpoint mqtt://h", "--thing is missing: --thing NAME, thing-name in a file, or DEFENDER_AGENT_THING", "run ")]
    [InlineData(
        "run --thing a --endpoint wss://h", "--endpoint: endpoint scheme 'wss' is not supported, only mqtt (plain MQTT over TCP) and mqtts (over TLS)", "run ")]
    [InlineData("run --thing a --endpoint mqtt://h --interval 25h", "--interval: 25h is out of range, 1s to 24h", "run ")]
    [InlineData("run --thing a --endpoint mqtt://h --window 1s", "unknown option '--window'", "run ")]
    public async Task A_mistake_is_named_and_ends_with_2(string commandLine, string error, string verb)
    {
        Assert.Equal(2, await RunAsync(commandLine));

        Assert.Equal($"defender-agent: {error}\nTry 'defender-agent {verb}--help'.\n", _errors.ToString());
        Assert.Equal("", Output);
    }

    [Theory]
    [InlineData("--help", "collect", "run")]
    [InlineData("help", "collect", "run")]
    [InlineData("collect --help", "--window", "defender-agent collect --once")]
    [InlineData("collect --nonsense --help", "--window", "--max-connections N")]
    [InlineData("run -h", "--endpoint HOST|URL", "defender-agent run --endpoint mqtt://127.0.0.1 --thing pump-17")]
    public async Task Help_goes_to_standard_output(string commandLine, string first, string second)
    {
        Assert.Equal(0, await RunAsync(commandLine));

        Assert.StartsWith("Usage: defender-agent ", Output, StringComparison.Ordinal);
        Assert.Contains(first, Output, StringComparison.Ordinal);
        Assert.Contains(second, Output, StringComparison.Ordinal);
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task Version_is_three_numbers()
    {
        Assert.Equal(0, await RunAsync("--version"));

        Assert.Matches(@"^defender-agent \d+\.\d+\.\d+\n$", Output);
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("300", 300_000)]
    [InlineData("0", 0)]
    public void Durations_have_units(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan span));
        Assert.Equal(milliseconds, span.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1.5s")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData("5d")]
    [InlineData("99999999999h")]
    [InlineData("99999999999999999999")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("collect --once --window 0", false)]
    [InlineData("collect --once --window=50ms", true)]
    public async Task Collect_once_prints_one_line_of_json(string commandLine, bool hasTraffic)
    {
        Assert.Equal(0, await RunAsync(commandLine));

        Assert.EndsWith("}\n", Output, StringComparison.Ordinal);
        Assert.Equal(1, Output.Count(letter => letter == '\n'));
        using JsonDocument report = JsonDocument.Parse(Output);
        JsonElement metrics = report.RootElement.GetProperty("metrics");
        Assert.Equal(hasTraffic, metrics.TryGetProperty("network_stats", out _));
        foreach (string block in new[] { "listening_tcp_ports", "listening_udp_ports", "tcp_connections" })
            Assert.True(metrics.TryGetProperty(block, out _), block);
        Assert.InRange(
            report.RootElement.GetProperty("header").GetProperty("report_id").GetInt64(),
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60,
            TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Collect_prints_cbor_without_a_line_feed()
    {
        Assert.Equal(0, await RunAsync("collect --once --window 0 --format cbor --names short"));

        byte[] report = _output.ToArray();
        Assert.Equal([0xA2, 0x63, .. "hed"u8, 0xA2, 0x63, .. "rid"u8], report[..10]);
        Assert.Equal(report.Length, EndOfCborItem(report, 0));
    }

    [Fact]
    public async Task Collect_goes_on_each_interval_until_it_is_stopped()
    {
        ManualTime time = new();
        using CancellationTokenSource stop = new();
        Application application = new(_output, _errors, time, User);
        Task<int> running = application.RunAsync("collect --interval 10s --window 2s".Split(' '), stop.Token);
        while (true)
        {
            // It writes only while it waits for nothing.
            await Eventually.TrueAsync(() => time.TimersSet > 0, _errors.ToString);
            if (Output.Count(letter => letter == '\n') == 3)
                break;
            time.Advance(time.UntilNext!.Value);
        }

        await stop.CancelAsync();

        Assert.Equal(0, await running);
        long[] ids = Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("header").GetProperty("report_id").GetInt64()).ToArray();
        Assert.Equal([1795219202, 1795219212, 1795219222], ids);
    }

    [Fact]
    public async Task Collect_says_when_it_cannot_write()
    {
        Application application = new(new Full(), _errors, TimeProvider.System, User);

        Assert.Equal(1, await application.RunAsync(["collect", "--once", "--window", "0"], default));
        Assert.Contains("error 102 Could not write a report: no space left on device", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_once_against_nothing_ends_with_1_when_stopped()
    {
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();

        Assert.Equal(1, await RunAsync("run --once --thing a --endpoint mqtt://127.0.0.1:1", stop.Token));
    }

    [Fact]
    public async Task Run_ends_with_0_when_stopped()
    {
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();

        Assert.Equal(0, await RunAsync("run --thing a --endpoint mqtt://127.0.0.1:1", stop.Token));
    }

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    private Task<int> RunAsync(string commandLine, CancellationToken stop = default) =>
        new Application(_output, _errors, TimeProvider.System, User)
            .RunAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), stop);

    private sealed class Full : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("no space left on device");
    }

    // Where the item that starts here ends: whole numbers, text, and lists and maps of announced length.
    private static int EndOfCborItem(byte[] cbor, int start)
    {
        int info = cbor[start] & 0x1F;
        int size = info < 24 ? 0 : 1 << (info - 24);
        long argument = size == 0 ? info : 0;
        for (int i = 1; i <= size; i++)
            argument = argument << 8 | cbor[start + i];
        int end = start + 1 + size;
        switch (cbor[start] >> 5)
        {
            case 0:
                return end;
            case 3:
                return end + (int)argument;
            case 4 or 5:
                for (long items = (cbor[start] >> 5) - 3; items * argument > 0; argument--)
                {
                    for (long i = 0; i < items; i++)
                        end = EndOfCborItem(cbor, end);
                }

                return end;
            default:
                throw new FormatException($"major type {cbor[start] >> 5} is none of a report's");
        }
    }
}
