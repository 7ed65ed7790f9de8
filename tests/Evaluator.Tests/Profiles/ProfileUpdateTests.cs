using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>The body of UpdateSecurityProfile over a stored profile.</summary>
public sealed class ProfileUpdateTests
{
    private const string OtherBehavior =
        """{"name":"other","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[22,443]}}}""";

    private static readonly SecurityProfile Stored = Documents.Read($$$"""
        {
          "securityProfileName": "x", "securityProfileDescription": "before",
          "behaviors": [{{{Documents.GoodBehavior}}}],
          "alertTargets": {"SNS": {"alertTargetArn": "arn:aws:sns:eu-west-1:123456789012:t", "roleArn": "arn:aws:iam::123456789012:role/r"}},
          "additionalMetricsToRetainV2": [{"metric": "aws:num-messages-sent"}],
          "tags": [{"Key": "k", "Value": "v"}],
          "metricsExportConfig": {"mqttTopic": "export", "roleArn": "arn:aws:iam::123456789012:role/r"}
        }
        """);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"behaviors":[],"alertTargets":{},"additionalMetricsToRetain":[],"additionalMetricsToRetainV2":[]}""")]
    [InlineData("""{"behaviors":null,"securityProfileDescription":null,"alertTargets":null,"metricsExportConfig":null,"deleteBehaviors":null}""")]
    [InlineData("""{"deleteBehaviors":false,"deleteAlertTargets":false,"deleteAdditionalMetricsToRetain":false,"deleteMetricsExportConfig":false}""")]
    [InlineData("""{"alertTargets":{"SNS":null}}""")]
    public void What_says_nothing_changes_nothing(string body) => Assert.Equal(Stored, Update(body));

    [Fact]
    public void Name_tags_and_unknown_members_are_ignored() => Assert.Equal(
        Stored, Update("""{"securityProfileName":"y","tags":[{"Key":"aws:no"}],"expectedVersion":7,"later":[]}"""));

    [Fact]
    public void A_member_that_is_given_replaces_that_member_alone()
    {
        Assert.Equal(Stored with { Description = "after" }, Update("""{"securityProfileDescription":"after"}"""));
        Assert.Equal(Stored with { Description = "" }, Update("""{"securityProfileDescription":""}"""));
        SecurityProfile behaviors = Update($$$"""{"behaviors":[{{{OtherBehavior}}}]}""");
        Assert.Equal(["other"], behaviors.Behaviors.Select(behavior => behavior.Name));
        Assert.Equal(Stored, behaviors with { Behaviors = Stored.Behaviors });
        var target = new AlertTarget("arn:aws:sns:eu-west-1:123456789012:u", "arn:aws:iam::123456789012:role/s");
        Assert.Equal(
            Stored with { SnsAlertTarget = target },
            Update($$$"""{"alertTargets":{"SNS":{"alertTargetArn":"{{{target.AlertTargetArn}}}","roleArn":"{{{target.RoleArn}}}"} }}"""));
        var export = new MetricsExportConfig("elsewhere", target.RoleArn);
        Assert.Equal(
            Stored with { MetricsExportConfig = export },
            Update($$$"""{"metricsExportConfig":{"mqttTopic":"{{{export.MqttTopic}}}","roleArn":"{{{export.RoleArn}}}"}}"""));
    }

    [Theory]
    [InlineData("""{"additionalMetricsToRetain":["aws:num-disconnects"]}""", false)]
    [InlineData("""{"additionalMetricsToRetainV2":[{"metric":"aws:num-disconnects","exportMetric":true}]}""", true)]
    public void Either_form_of_the_retained_metrics_replaces_them(string body, bool exported) => Assert.Equal(
        Stored with { AdditionalMetricsToRetain = [new MetricToRetain(BuiltInMetrics.NumDisconnects) { ExportMetric = exported }] },
        Update(body));

    [Fact]
    public void A_delete_flag_clears_its_member_alone()
    {
        Assert.Equal(Stored with { Behaviors = [] }, Update("""{"deleteBehaviors":true}"""));
        Assert.Equal(Stored with { SnsAlertTarget = null }, Update("""{"deleteAlertTargets":true}"""));
        Assert.Equal(Stored with { AdditionalMetricsToRetain = [] }, Update("""{"deleteAdditionalMetricsToRetain":true}"""));
        Assert.Equal(Stored with { MetricsExportConfig = null }, Update("""{"deleteMetricsExportConfig":true}"""));
        Assert.Equal(Stored with { Behaviors = [] }, Update("""{"deleteBehaviors":true,"behaviors":[]}"""));
    }

    [Fact]
    public void A_delete_flag_and_a_value_exclude_each_other_and_every_mistake_is_named()
    {
        const string role = "arn:aws:iam::123456789012:role/r";
        string body = $$$"""
            {
              "securityProfileDescription": "a\u0000b",
              "behaviors": [{{{OtherBehavior}}}], "deleteBehaviors": true,
              "alertTargets": {"SNS": {"alertTargetArn": "arn:aws:sns:eu-west-1:123456789012:t", "roleArn": "{{{role}}}"}}, "deleteAlertTargets": true,
              "additionalMetricsToRetain": ["aws:num-disconnects"], "additionalMetricsToRetainV2": [{"metric": "aws:num-disconnects"}],
              "deleteAdditionalMetricsToRetain": true,
              "metricsExportConfig": {"mqttTopic": "t", "roleArn": "{{{role}}}"}, "deleteMetricsExportConfig": true
            }
            """;
        ImmutableArray<ProfileError> errors = Errors(body, ProfileCorpus.Definitions);
        Assert.Equal(
            [
                "P18 securityProfileDescription: securityProfileDescription should have at most 1000 visible characters",
                "P17 additionalMetricsToRetain: additionalMetricsToRetain and additionalMetricsToRetainV2 exclude each other",
                "P17 deleteBehaviors: deleteBehaviors and behaviors exclude each other",
                "P17 deleteAlertTargets: deleteAlertTargets and alertTargets exclude each other",
                "P17 deleteAdditionalMetricsToRetain: deleteAdditionalMetricsToRetain and additionalMetricsToRetain exclude each other",
                "P17 deleteAdditionalMetricsToRetain: deleteAdditionalMetricsToRetain and additionalMetricsToRetainV2 exclude each other",
                "P17 deleteMetricsExportConfig: deleteMetricsExportConfig and metricsExportConfig exclude each other",
            ],
            errors.Select(error => $"{error.Rule} {error.Path}: {error.Message}"));
        Assert.All(errors, error => Assert.False(error.ReportedByValidation));
    }

    [Theory]
    [InlineData("[]", "the document should be an object")]
    [InlineData("""{"deleteBehaviors":"true"}""", "deleteBehaviors should be true or false")]
    [InlineData("""{"deleteMetricsExportConfig":1}""", "deleteMetricsExportConfig should be true or false")]
    [InlineData("""{"behaviors":{}}""", "behaviors should be a list")]
    [InlineData("""{"alertTargets":[]}""", "alertTargets should be an object")]
    [InlineData("""{"securityProfileDescription":"\ud800"}""", "the document is not valid Unicode")]
    [InlineData(
        """{"behaviors":[{"name":"b","metric":"aws:num-disconnects","criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"},"consecutiveDatapointsToAlarm":100000}}]}""",
        "Behavior b is malformed. consecutiveDatapointsToAlarm 100000 should be in range[1,10]")]
    public void A_mistake_refuses_the_update(string body, string message) =>
        Assert.Equal(message, Assert.Single(Errors(body, ProfileCorpus.Definitions)).Message);

    [Fact]
    public void The_quotas_are_those_of_the_profile_after_the_update()
    {
        SecurityProfile full = Stored with { Behaviors = [Ports("a", 600), Ports("b", 400)] };
        Assert.Equal(full with { Description = "d" }, Update("""{"securityProfileDescription":"d"}""", full));
        string many = $$$"""{"behaviors":[{"name":"b","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[{{{string.Join(',', Enumerable.Range(1, 1001))}}}]} }}]}""";
        Assert.Equal("a security profile should have at most 1000 value elements", Assert.Single(Errors(many, ProfileCorpus.Definitions)).Message);

        // What stays is held to quotas that were lowered since; what is replaced or cleared is not.
        var lowered = new ProfileDefinitions(MetricCatalog.BuiltIn, []) { Limits = new ProfileLimits { MaxBehaviors = 1, MaxValueElements = 999 } };
        Assert.Equal(
            ["P14 behaviors: behaviors should have at most 1 members", "P14 behaviors: a security profile should have at most 999 value elements"],
            Errors("""{"securityProfileDescription":"d"}""", lowered, full).Select(error => $"{error.Rule} {error.Path}: {error.Message}"));
        Assert.Single(Update($$$"""{"behaviors":[{{{OtherBehavior}}}]}""", full, lowered).Behaviors);
        Assert.Empty(Update("""{"deleteBehaviors":true}""", full, lowered).Behaviors);
    }

    [Fact]
    public void An_update_with_all_that_another_profile_has_gives_that_profile()
    {
        Gen<SecurityProfile> profiles = ProfileGenerators.Profile;
        Prop.ForAll(profiles.ToArbitrary(), profiles.ToArbitrary(), (stored, wanted) =>
        {
            SecurityProfile expected = stored with
            {
                Description = wanted.Description ?? stored.Description,
                Behaviors = wanted.Behaviors.IsEmpty ? stored.Behaviors : wanted.Behaviors,
                SnsAlertTarget = wanted.SnsAlertTarget ?? stored.SnsAlertTarget,
                AdditionalMetricsToRetain = wanted.AdditionalMetricsToRetain.IsEmpty ? stored.AdditionalMetricsToRetain : wanted.AdditionalMetricsToRetain,
                MetricsExportConfig = wanted.MetricsExportConfig ?? stored.MetricsExportConfig,
            };
            using JsonDocument body = JsonDocument.Parse(ProfileWriter.ToUtf8Json(wanted));
            Assert.True(
                ProfileReader.TryReadUpdate(stored, body.RootElement, ProfileCorpus.Definitions, out SecurityProfile? updated, out var errors),
                ProfileError.Join(errors));
            Assert.Equal(expected, updated);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static Behavior Ports(string name, int count) => new(
        name,
        BuiltInMetrics.ListeningTcpPorts,
        new StaticCriteria(ComparisonOperator.InPortSet, MetricValue.OfPorts([.. Enumerable.Range(1, count)]), null));

    private static SecurityProfile Update(string body, SecurityProfile? stored = null, ProfileDefinitions? definitions = null)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        bool isRead = ProfileReader.TryReadUpdate(
            stored ?? Stored, document.RootElement, definitions ?? ProfileCorpus.Definitions, out SecurityProfile? updated, out var errors);
        Assert.True(isRead, ProfileError.Join(errors));
        return updated!;
    }

    private static ImmutableArray<ProfileError> Errors(string body, ProfileDefinitions definitions, SecurityProfile? stored = null)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        Assert.False(ProfileReader.TryReadUpdate(stored ?? Stored, document.RootElement, definitions, out SecurityProfile? updated, out var errors));
        Assert.Null(updated);
        return errors;
    }
}
