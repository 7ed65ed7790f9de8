using System;
using System.IO;
using System.Text;
using System.Text.Json.Nodes;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Alarms;

/// <summary>Violation events as the message AWS sends to an SNS topic.</summary>
public sealed class ViolationEventWriterTests
{
    private static readonly ViolationEvent Disconnects = new(
        "0f343edc53f98a1e0b3f74e56f5a7e01",
        "pump-17",
        "Pumps",
        new("few-disconnects", BuiltInMetrics.NumDisconnects, new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfCount(10), 300)),
        ViolationEventType.InAlarm,
        DateTimeOffset.FromUnixTimeMilliseconds(1700000400000))
    {
        MetricValue = MetricValue.OfCount(54),
    };

    private static readonly ViolationEvent Ports = Disconnects with
    {
        Behavior = new("ports", BuiltInMetrics.ListeningTcpPorts, new StaticCriteria(ComparisonOperator.InPortSet, MetricValue.OfPorts([22]), null)),
        MetricValue = MetricValue.OfPorts([22, 4444]),
        OffendingMembers = MetricValue.OfPorts([4444]),
        Threshold = 1.5,
    };

    [Fact]
    public void The_message_is_the_contracts()
    {
        string sample = File.ReadAllText(RepositoryFiles.Contract("responses", "sns-notification.json"));
        JsonNode expected = JsonNode.Parse(sample)!["message"]!;
        JsonNode written = JsonNode.Parse(ViolationEventWriter.ToUtf8Json(Disconnects))!;
        Assert.True(JsonNode.DeepEquals(expected, written), written.ToJsonString());
    }

    [Theory]
    [InlineData(ViolationEventType.InAlarm, "in-alarm")]
    [InlineData(ViolationEventType.AlarmCleared, "alarm-cleared")]
    [InlineData(ViolationEventType.AlarmInvalidated, "alarm-invalidated")]
    public void The_type_is_spelt_as_AWS_does(ViolationEventType type, string name) =>
        Assert.Equal(name, (string?)Write(Disconnects with { Type = type })["violationEventType"]);

    [Fact]
    public void An_alarm_that_became_void_has_no_value() =>
        Assert.False(Write(Disconnects with { Type = ViolationEventType.AlarmInvalidated, MetricValue = null }).ContainsKey("metricValue"));

    [Fact]
    public void Evidence_is_written_only_when_asked_for()
    {
        JsonObject plain = Write(Ports);
        Assert.False(plain.ContainsKey("offendingMembers"));
        Assert.False(plain.ContainsKey("threshold"));

        JsonObject evident = Write(Ports, withEvidence: true);
        Assert.Equal("""{"ports":[4444]}""", evident["offendingMembers"]!.ToJsonString());
        Assert.Equal(1.5, (double)evident["threshold"]!);

        JsonObject none = Write(Disconnects, withEvidence: true);
        Assert.True(JsonNode.DeepEquals(Write(Disconnects), none));
    }

    [Fact]
    public void An_open_bound_is_no_threshold() =>
        Assert.False(Write(Ports with { Threshold = double.PositiveInfinity }, withEvidence: true).ContainsKey("threshold"));

    [Fact]
    public void Violations_of_a_model_say_its_confidence()
    {
        Assert.False(Write(Disconnects).ContainsKey("violationEventAdditionalInfo"));
        var behavior = new Behavior("m", BuiltInMetrics.NumDisconnects, new ModelCriteria(ConfidenceLevel.Low));
        Assert.Equal("""{"confidenceLevel":"LOW"}""", Write(Disconnects with { Behavior = behavior })["violationEventAdditionalInfo"]!.ToJsonString());
    }

    private static JsonObject Write(ViolationEvent violation, bool withEvidence = false) =>
        JsonNode.Parse(Encoding.UTF8.GetString(ViolationEventWriter.ToUtf8Json(violation, withEvidence)))!.AsObject();
}
