using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>The documents on the answer topics, held against the contract's.</summary>
public sealed class ReportAnswersTests
{
    // The contract's documents were made 301.123 s after the instant at which the clock of the tests starts.
    private static readonly TimeSpan UntilAnswer = TimeSpan.FromMilliseconds(301_123);

    private static byte[] CborReport => Convert.FromHexString("A2666865616465" + "72A2697265706F72745F69641A6553F22C6776657273696F6E63312E30676D657472696373A0");

    [Fact]
    public async Task A_JSON_report_is_accepted_with_the_contract_s_document()
    {
        await using Bench bench = await Bench.StartAsync("json");

        await bench.Device.ReportAsync("pump-17", Reports.Listening(1700000300, 22));

        Assert.Equal(("accepted", Golden("accepted.json")), await bench.AnswerAsync());
    }

    [Fact]
    public async Task A_CBOR_report_is_accepted_with_the_contract_s_document()
    {
        await using Bench bench = await Bench.StartAsync("cbor");

        await bench.Device.PublishAsync(Reports.Topic("pump-17", "cbor"), CborReport, MqttQoS.AtLeastOnce, CancellationToken.None);

        Assert.Equal(("accepted", Golden("accepted.cbor")), await bench.AnswerAsync());
    }

    [Theory]
    [InlineData("""{"header":{"report_id":1700000300,"version":"1.0"}}""", "rejected-invalid-payload.json", "R08")]
    [InlineData("""{"hed":{"version":"1.0"},"met":{}}""", "rejected-invalid-payload-no-id.json", "R07")]
    [InlineData("not JSON", "rejected-invalid-payload-no-id.json", "R02")]
    [InlineData("", "rejected-invalid-payload-no-id.json", "R01")]
    public async Task A_malformed_report_is_rejected_with_the_contract_s_document_and_the_next_one_works(string report, string golden, string rule)
    {
        await using Bench bench = await Bench.StartAsync("json");

        await bench.Device.ReportAsync("pump-17", Encoding.UTF8.GetBytes(report));
        (string kind, string document) = await bench.AnswerAsync();
        await bench.Device.ReportAsync("pump-17", Reports.Listening(1700000300));

        // Ours says more, in a member of its own.
        int detail = document.IndexOf(",\"Detail\":\"", StringComparison.Ordinal);
        int end = document.IndexOf("\"}", detail, StringComparison.Ordinal) + 1;
        Assert.Equal(("rejected", Golden(golden)), (kind, document.Remove(detail, end - detail)));
        Assert.Contains($"\"{rule} at byte ", document, StringComparison.Ordinal);
        Assert.Equal(("accepted", Golden("accepted.json")), await bench.AnswerAsync());
        await bench.Gateway.Log.WaitForAsync("report of thing pump-17 rejected: InvalidPayload: " + rule);
    }

    [Fact]
    public async Task A_malformed_CBOR_report_is_rejected_in_CBOR()
    {
        await using Bench bench = await Bench.StartAsync("cbor");

        await bench.Device.PublishAsync(Reports.Topic("pump-17", "cbor"), new byte[] { 0xFF }, MqttQoS.AtLeastOnce, CancellationToken.None);
        (string kind, string document) = await bench.AnswerAsync();

        // The same document with one more member in its details: up to their head it is the contract's.
        string golden = Golden("rejected-invalid-payload-no-id.cbor");
        string details = Convert.ToHexString("statusDetails"u8);
        int head = golden.IndexOf(details, StringComparison.Ordinal) + details.Length;
        Assert.Equal("rejected", kind);
        Assert.Equal(golden[..head], document[..head]);
        Assert.Equal("A3", document[head..(head + 2)]);
        Assert.Contains(Convert.ToHexString("R17 at byte 0"u8), document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_too_soon_is_throttled_with_the_contract_s_document_where_an_interval_is_set()
    {
        await using Bench bench = await Bench.StartAsync("json", TimeSpan.FromSeconds(300));
        await bench.Device.ReportAsync("pump-17", Reports.Listening(1700000300, 22));
        Assert.Equal("accepted", (await bench.AnswerAsync()).Kind);

        bench.Clock.Advance(TimeSpan.FromMilliseconds(29_884));
        await bench.Device.ReportAsync("pump-17", Reports.Listening(1700000330, 2323));
        Assert.Equal(("rejected", Golden("rejected-throttled.json")), await bench.AnswerAsync());

        bench.Clock.Advance(TimeSpan.FromSeconds(270));
        await bench.Device.ReportAsync("pump-17", Reports.Listening(1700000600, 22));
        Assert.Equal("accepted", (await bench.AnswerAsync()).Kind);
        Assert.DoesNotContain(bench.Gateway.Output.Lines, line => line.Contains("no-telnet-2323", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, 8, "rejected")]
    [InlineData(10, 9, "accepted")]
    [InlineData(0, 0, "accepted")]
    public async Task A_short_interval_is_held_too(int interval, int after, string expected)
    {
        await using Bench bench = await Bench.StartAsync("json", TimeSpan.FromSeconds(interval));
        await bench.Device.ReportAsync("pump-17", Reports.Listening(1));
        await bench.AnswerAsync();

        bench.Clock.Advance(TimeSpan.FromSeconds(after));
        await bench.Device.ReportAsync("pump-17", Reports.Listening(2));

        Assert.Equal(expected, (await bench.AnswerAsync()).Kind);
    }

    [Fact]
    public async Task A_byte_identical_repeat_is_accepted_again_and_is_no_datapoint()
    {
        await using Bench bench = await Bench.StartAsync("json", TimeSpan.FromSeconds(300));
        byte[] report = Reports.Listening(1, 2323);

        await bench.Device.ReportAsync("pump-17", report);
        byte[][] state = [await StateAsync(bench)];
        await bench.Device.ReportAsync("pump-17", report);

        Assert.Equal("accepted", (await bench.AnswerAsync()).Kind);
        Assert.Equal("accepted", (await bench.AnswerAsync()).Kind);
        Assert.Equal(state[0], await StateAsync(bench));
        Assert.Single(bench.Gateway.Output.Lines, line => line.Contains("no-telnet-2323", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Custom_metrics_that_are_not_defined_are_dropped_by_name()
    {
        string definitions = Path.Combine(RepositoryFiles.Contract("profiles"), "definitions.json");
        await using Bench bench = await Bench.StartAsync("json", definitions: definitions);

        await bench.Device.ReportAsync("pump-17", """
            {"hed":{"rid":7,"v":"1.0"},"cmet":{"cpu_usage":[{"number":12}],"unknown":[{"number":1}],"batteryPercentage":[{"number_list":[1]}]}}
            """u8.ToArray());
        using JsonDocument answer = JsonDocument.Parse((await bench.AnswerAsync()).Document);

        Assert.Equal(
            [("unknown", "no custom metric of this name is defined"), ("batteryPercentage", "the custom metric is defined with another type")],
            answer.RootElement.GetProperty("droppedMetrics").EnumerateArray()
                .Select(dropped => (dropped.GetProperty("metricName").GetString()!, dropped.GetProperty("reason").GetString()!)));
    }

    [Fact]
    public async Task The_answer_comes_at_the_quality_of_the_subscription_also_to_a_report_at_QoS_0()
    {
        await using Bench bench = await Bench.StartAsync("json");

        await bench.Device.PublishAsync(Reports.Topic("pump-17"), Reports.Listening(1), MqttQoS.AtMostOnce, CancellationToken.None);
        MqttMessage message = await bench.Device.Messages.ReadAsync().AsTask().WaitAsync(TestGateway.Deadline);

        Assert.Equal(MqttQoS.AtLeastOnce, message.QoS);
    }

    private static async Task<byte[]> StateAsync(Bench bench)
    {
        await bench.Gateway.Output.WaitForAsync("no-telnet-2323");
        using SqliteStore store = SqliteStore.OpenForReading(bench.Gateway.Directory);
        return store.ReadThingState("pump-17")!;
    }

    private static string Golden(string file)
    {
        byte[] bytes = File.ReadAllBytes(RepositoryFiles.Contract("responses", file));
        return file.EndsWith(".cbor", StringComparison.Ordinal) ? Convert.ToHexString(bytes) : Encoding.UTF8.GetString(bytes).TrimEnd();
    }

    private sealed class Bench : IAsyncDisposable
    {
        private string _format = "";

        public required ManualTime Clock { get; init; }

        public required TestGateway Gateway { get; init; }

        public required MqttClient Device { get; init; }

        public static async Task<Bench> StartAsync(string format, TimeSpan interval = default, string? definitions = null)
        {
            var clock = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
            TestGateway gateway = await TestGateway.StartAsync(
                options => options with { MinimumReportInterval = interval, DefinitionsFile = definitions }, clock);
            MqttClient device = await gateway.ConnectAsync("pump-17");
            await device.ListenForAnswersAsync("pump-17", format);
            clock.Advance(UntilAnswer);
            return new Bench { Clock = clock, Gateway = gateway, Device = device, _format = format };
        }

        public async Task<(string Kind, string Document)> AnswerAsync()
        {
            (string kind, byte[] payload) = await Device.NextAsync();
            return (kind, _format == "cbor" ? Convert.ToHexString(payload) : Encoding.UTF8.GetString(payload));
        }

        public async ValueTask DisposeAsync()
        {
            await Device.DisposeAsync();
            await Gateway.DisposeAsync();
        }
    }
}
