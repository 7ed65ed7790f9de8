using System.IO;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>The exact text of what is written: members in the order of AWS's model.</summary>
public sealed class ProfileWriterTests
{
    private static readonly SecurityProfile Profile = new("all")
    {
        Description = "Größe < 5",
        Behaviors =
        [
            new("f", BuiltInMetrics.MessageByteSize, new StaticCriteria(ComparisonOperator.LessThanEquals, MetricValue.OfCount(128), null))
            {
                MetricDimension = new("t", DimensionValueOperator.NotIn),
                SuppressAlerts = true,
                ExportMetric = true,
            },
            new("s", BuiltInMetrics.AllBytesIn, new StatisticalCriteria(ComparisonOperator.GreaterThan, Statistic.All[7], 3600) { ConsecutiveDatapointsToAlarm = 2 }),
            new("m", BuiltInMetrics.AllBytesIn, new ModelCriteria(ConfidenceLevel.High) { ConsecutiveDatapointsToClear = 10 }),
        ],
        SnsAlertTarget = new("arn:t", "arn:r"),
        AdditionalMetricsToRetain = [new(BuiltInMetrics.AllBytesOut), new(BuiltInMetrics.NumMessagesSent) { MetricDimension = new("t", DimensionValueOperator.In), ExportMetric = true }],
        Tags = [new("k", "v")],
        MetricsExportConfig = new("m/t", "arn:e"),
    };

    [Fact]
    public void A_profile_is_written_in_the_form_of_CreateSecurityProfile() => Assert.Equal(
        """
        {
          "securityProfileName": "all",
          "securityProfileDescription": "Größe < 5",
          "behaviors": [
            {
              "name": "f",
              "metric": "aws:message-byte-size",
              "metricDimension": {
                "dimensionName": "t",
                "operator": "NOT_IN"
              },
              "criteria": {
                "comparisonOperator": "less-than-equals",
                "value": {
                  "count": 128
                },
                "consecutiveDatapointsToAlarm": 1,
                "consecutiveDatapointsToClear": 1
              },
              "suppressAlerts": true,
              "exportMetric": true
            },
            {
              "name": "s",
              "metric": "aws:all-bytes-in",
              "criteria": {
                "comparisonOperator": "greater-than",
                "durationSeconds": 3600,
                "consecutiveDatapointsToAlarm": 2,
                "consecutiveDatapointsToClear": 1,
                "statisticalThreshold": {
                  "statistic": "p99"
                }
              }
            },
            {
              "name": "m",
              "metric": "aws:all-bytes-in",
              "criteria": {
                "consecutiveDatapointsToAlarm": 1,
                "consecutiveDatapointsToClear": 10,
                "mlDetectionConfig": {
                  "confidenceLevel": "HIGH"
                }
              }
            }
          ],
          "alertTargets": {
            "SNS": {
              "alertTargetArn": "arn:t",
              "roleArn": "arn:r"
            }
          },
          "additionalMetricsToRetainV2": [
            {
              "metric": "aws:all-bytes-out"
            },
            {
              "metric": "aws:num-messages-sent",
              "metricDimension": {
                "dimensionName": "t",
                "operator": "IN"
              },
              "exportMetric": true
            }
          ],
          "tags": [
            {
              "Key": "k",
              "Value": "v"
            }
          ],
          "metricsExportConfig": {
            "mqttTopic": "m/t",
            "roleArn": "arn:e"
          }
        }
        """,
        Encoding.UTF8.GetString(ProfileWriter.ToUtf8Json(Profile, indented: true)));

    [Fact]
    public void Members_alone_leave_name_and_tags_to_the_caller()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            ProfileWriter.WriteMembers(writer, Profile with { Behaviors = [], AdditionalMetricsToRetain = [] });
            writer.WriteEndObject();
        }

        Assert.Equal(
            """{"securityProfileDescription":"Gr\u00F6\u00DFe \u003C 5","alertTargets":{"SNS":{"alertTargetArn":"arn:t","roleArn":"arn:r"}},"metricsExportConfig":{"mqttTopic":"m/t","roleArn":"arn:e"}}""",
            Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void What_a_profile_does_not_have_is_left_out() =>
        Assert.Equal("""{"securityProfileName":"m"}""", Encoding.UTF8.GetString(ProfileWriter.ToUtf8Json(new SecurityProfile("m"))));

    [Fact]
    public void A_value_is_written_as_its_one_member()
    {
        (MetricValue, string)[] values =
        [
            (MetricValue.OfCount(long.MaxValue), """{"count":9223372036854775807}"""),
            (MetricValue.OfNumber(-71.5), """{"number":-71.5}"""),
            (MetricValue.OfPorts([]), """{"ports":[]}"""),
            (MetricValue.OfPorts([0, 65535]), """{"ports":[0,65535]}"""),
            (MetricValue.OfCidrs(["10.0.0.0/8", "::/0"]), """{"cidrs":["10.0.0.0/8","::/0"]}"""),
            (MetricValue.OfNumbers([0.1, 1E+300]), """{"numbers":[0.1,1E+300]}"""),
            (MetricValue.OfStrings(["a", ""]), """{"strings":["a",""]}"""),
        ];
        foreach ((MetricValue value, string json) in values)
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
                ProfileWriter.Write(writer, value);
            Assert.Equal(json, Encoding.UTF8.GetString(stream.ToArray()));
        }
    }
}
