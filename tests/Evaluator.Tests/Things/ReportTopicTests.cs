using System.Buffers;
using System.Text;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Tests.Reports;
using Defender.Evaluator.Things;
using Xunit;

namespace Defender.Evaluator.Tests.Things;

public sealed class ReportTopicTests
{
    [Theory]
    [InlineData("$aws/things/pump-17/defender/metrics/json", "pump-17", ReportFormat.Json)]
    [InlineData("$aws/things/pump-17/defender/metrics/cbor", "pump-17", ReportFormat.Cbor)]
    [InlineData("$aws/things/defender/defender/metrics/json", "defender", ReportFormat.Json)]
    [InlineData("$aws/things/$aws/defender/metrics/json", "$aws", ReportFormat.Json)]
    [InlineData("$aws/things//defender/metrics/cbor", "", ReportFormat.Cbor)]
    [InlineData("$aws/things/größe/defender/metrics/cbor", "größe", ReportFormat.Cbor)]
    [InlineData("$aws/things/a\nb/defender/metrics/json", "a\nb", ReportFormat.Json)]
    public void Finds_thing_and_format(string topic, string thing, ReportFormat format)
    {
        Assert.True(ReportTopic.TryParse(Encoding.UTF8.GetBytes(topic), out ReportTopic reportTopic));

        Assert.Equal(thing, Encoding.UTF8.GetString(reportTopic.Thing));
        Assert.Equal(format, reportTopic.Format);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$aws/things/")]
    [InlineData("$aws/things/pump-17")]
    [InlineData("$aws/things/pump-17/")]
    [InlineData("$aws/things/pump-17/defender/metrics")]
    [InlineData("$aws/things/pump-17/defender/metrics/")]
    [InlineData("$aws/things/pump-17/defender/metrics/xml")]
    [InlineData("$aws/things/pump-17/defender/metrics/xcbor")]
    [InlineData("$aws/things/pump-17/defender/metrics/JSON")]
    [InlineData("$aws/things/pump-17/defender/metrics/json/")]
    [InlineData("$aws/things/pump-17/defender/metrics/json/accepted")]
    [InlineData("$aws/things/pump/17/defender/metrics/json")]
    [InlineData("$aws/things/+/defender/metrics/json")]
    [InlineData("$aws/things/a#/defender/metrics/json")]
    [InlineData("/$aws/things/pump-17/defender/metrics/json")]
    [InlineData("aws/things/pump-17/defender/metrics/json")]
    [InlineData("$AWS/things/pump-17/defender/metrics/json")]
    [InlineData("$aws/things/pump-17/shadow/update")]
    public void Other_topics_are_no_report_topics(string topic) =>
        Assert.False(ReportTopic.TryParse(Encoding.UTF8.GetBytes(topic), out _));

    [Theory]
    [InlineData("$aws/things/pump-17/defender/metrics/json")]
    [InlineData("$aws/things/泵/defender/metrics/cbor")]
    public void Answers_go_below_the_topic_of_the_report(string topic)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(topic);
        Assert.True(ReportTopic.TryParse(utf8, out ReportTopic reportTopic));
        var (written, accepted, rejected) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());

        reportTopic.Write(written);
        reportTopic.WriteAccepted(accepted);
        reportTopic.WriteRejected(rejected);

        Assert.Equal(topic, Encoding.UTF8.GetString(written.WrittenSpan));
        Assert.Equal($"{topic}/accepted", Encoding.UTF8.GetString(accepted.WrittenSpan));
        Assert.Equal($"{topic}/rejected", Encoding.UTF8.GetString(rejected.WrittenSpan));
    }

    [Fact]
    public void Parsing_and_validating_allocate_nothing()
    {
        byte[] topic = Encoding.UTF8.GetBytes("$aws/things/größe/defender/metrics/json");

        Assert.Equal(0, AllocatedBytes.Of(() => Parse(topic)));

        static bool Parse(byte[] topic) =>
            ReportTopic.TryParse(topic, out ReportTopic parsed) && ThingName.IsValid(parsed.Thing, out _) && ThingName.IsRegistryName(parsed.Thing);
    }
}
