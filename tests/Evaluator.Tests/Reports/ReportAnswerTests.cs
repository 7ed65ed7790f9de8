using System;
using System.Buffers;
using System.IO;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>The answers of CONTRACT a.4, byte for byte.</summary>
public sealed class ReportAnswerTests
{
    private static readonly DateTimeOffset Answered = DateTimeOffset.FromUnixTimeMilliseconds(1700000301123);

    [Theory]
    [InlineData("accepted.json")]
    [InlineData("accepted.cbor")]
    [InlineData("rejected-invalid-payload.json")]
    [InlineData("rejected-invalid-payload.cbor")]
    [InlineData("rejected-invalid-payload-no-id.json")]
    [InlineData("rejected-invalid-payload-no-id.cbor")]
    [InlineData("rejected-throttled.json")]
    [InlineData("rejected-throttled.cbor")]
    public void Answers_are_those_of_the_contract(string file)
    {
        ReportFormat format = ReportCorpus.FormatOf(Path.GetExtension(file)[1..]);
        var output = new ArrayBufferWriter<byte>();

        switch (Path.GetFileNameWithoutExtension(file))
        {
            case "accepted":
                new ReportAnswer(format, "pump-17"u8, 1700000300, Answered).WriteAccepted(output);
                break;
            case "rejected-invalid-payload":
                new ReportAnswer(format, "pump-17"u8, 1700000300, Answered).WriteInvalidPayload(output);
                break;
            case "rejected-invalid-payload-no-id":
                new ReportAnswer(format, "pump-17"u8, null, Answered).WriteInvalidPayload(output);
                break;
            case "rejected-throttled":
                new ReportAnswer(format, "pump-17"u8, 1700000330, DateTimeOffset.FromUnixTimeMilliseconds(1700000331007))
                    .WriteThrottled(output, TimeSpan.FromSeconds(300));
                break;
        }

        Assert.Equal(File.ReadAllBytes(RepositoryFiles.Contract("responses", file)), output.WrittenSpan);
    }

    [Fact]
    public void Details_stand_beside_the_message_of_aws() =>
        Assert.Equal(
            """{"thingName":"p","status":"REJECTED","statusDetails":{"ErrorCode":"InvalidPayload","ErrorMessage":"Malformed metrics report","Detail":"a \"b\" \\ \u000ac"},"timestamp":1700000301123}""",
            Json(null, (answer, output) => answer.WriteInvalidPayload(output, "a \"b\" \\ \nc")));

    [Theory]
    [InlineData(300, "300")]
    [InlineData(5, "5")]
    [InlineData(0.25, "0.25")]
    public void Throttling_names_the_interval(double seconds, string text) =>
        Assert.Contains(
            $"\"ErrorCode\":\"Throttled\",\"ErrorMessage\":\"Metrics reports are accepted once in {text} seconds\"}}",
            Json(1, (answer, output) => answer.WriteThrottled(output, TimeSpan.FromSeconds(seconds))), StringComparison.Ordinal);

    [Fact]
    public void Dropped_datapoints_are_listed_with_their_reason()
    {
        var report = new Report();
        ReadDropping(report);

        Assert.Equal(
            """{"thingName":"p","reportId":4,"status":"ACCEPTED","timestamp":1700000301123,"droppedMetrics":[{"metricName":"nope","reason":"no custom metric of this name is defined"},{"metricName":"aws:all-bytes-in","reason":"the counter is above 2^53, as after a reset"}]}""",
            Json(4, (answer, output) => answer.WriteAccepted(output, report)));
    }

    [Fact]
    public void A_report_that_lost_nothing_gets_the_plain_answer()
    {
        var report = new Report();
        Assert.True(new ReportReader().TryRead("""{"hed":{"rid":4,"v":"1.0"},"met":{}}"""u8, ReportFormat.Json, MetricCatalog.BuiltIn, report, out _));

        Assert.Equal(
            """{"thingName":"p","reportId":4,"status":"ACCEPTED","timestamp":1700000301123}""",
            Json(4, (answer, output) => answer.WriteAccepted(output, report)));
    }

    [Fact]
    public void Cbor_answers_say_what_json_answers_say()
    {
        var report = new Report();
        ReadDropping(report);
        var accepted = new ArrayBufferWriter<byte>();
        var rejected = new ArrayBufferWriter<byte>();

        new ReportAnswer(ReportFormat.Cbor, "p"u8, long.MaxValue, Answered).WriteAccepted(accepted, report);
        new ReportAnswer(ReportFormat.Cbor, "p"u8, null, Answered).WriteThrottled(rejected, TimeSpan.FromSeconds(300), "later");

        Assert.Equal(
            """{"thingName":"p","reportId":9223372036854775807,"status":"ACCEPTED","timestamp":1700000301123,"droppedMetrics":[{"metricName":"nope","reason":"no custom metric of this name is defined"},{"metricName":"aws:all-bytes-in","reason":"the counter is above 2^53, as after a reset"}]}""",
            CborText.ToJson(accepted.WrittenSpan));
        Assert.Equal(
            """{"thingName":"p","status":"REJECTED","statusDetails":{"ErrorCode":"Throttled","ErrorMessage":"Metrics reports are accepted once in 300 seconds","Detail":"later"},"timestamp":1700000301123}""",
            CborText.ToJson(rejected.WrittenSpan));
    }

    [Fact]
    public void Any_thing_name_survives_the_json_answer()
    {
        var name = new StringBuilder();
        for (char c = '\u0001'; c < '\u0100'; c++)
            name.Append(c);
        name.Append("泵\U0001F600");
        var output = new ArrayBufferWriter<byte>();

        new ReportAnswer(ReportFormat.Json, Encoding.UTF8.GetBytes(name.ToString()), 1, Answered).WriteAccepted(output);

        using JsonDocument document = JsonDocument.Parse(output.WrittenMemory);
        Assert.Equal(name.ToString(), document.RootElement.GetProperty("thingName").GetString());
    }

    private delegate void Write(ReportAnswer answer, IBufferWriter<byte> output);

    private static string Json(long? reportId, Write write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new ReportAnswer(ReportFormat.Json, "p"u8, reportId, Answered), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void ReadDropping(Report report) => Assert.True(new ReportReader().TryRead(
        """{"hed":{"rid":4,"v":"1.0"},"cmet":{"nope":[{"number":1}]},"met":{"ns":{"bi":9007199254740993}}}"""u8,
        ReportFormat.Json, MetricCatalog.BuiltIn, report, out _));
}
