using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Aws;

/// <summary>The way that AWS's guide takes its readers, with each client: from metrics that are only looked at to alarms that people judge.</summary>
public sealed class HowToTests
{
    private const string Account = "arn:aws:iot:us-east-1:123456789012";
    private const string RoleArn = "arn:aws:iam::123456789012:role/defender";

    [Theory]
    [MemberData(nameof(AwsClients.All), MemberType = typeof(AwsClients))]
    public async Task Retain_look_validate_attach_alarm_verify_update_detach_delete(ClientKind kind)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using AwsClient aws = AwsClients.Open(kind, gateway);

        // Look at the metrics before any rule is made of them.
        await aws.CallAsync("CreateSecurityProfile", new
        {
            securityProfileName = "look-first",
            additionalMetricsToRetainV2 = new[] { new { metric = "aws:listening-tcp-ports" } },
        });
        await aws.CallAsync("AttachSecurityProfile", new { securityProfileName = "look-first", securityProfileTargetArn = $"{Account}:all/things" });
        await ReportAsync(gateway, "pump-17", 22, 443);
        JsonObject values = await aws.CallAsync("ListMetricValues", new
        {
            thingName = "pump-17", metricName = "aws:listening-tcp-ports", startTime = Answers.HourAgo, endTime = Answers.HourAhead,
        });
        Assert.Equal([22, 443], Ports(values.List("metricDatumList").Single()["value"]!));

        // Make a rule of it.
        JsonObject[] behaviors = [JsonNode.Parse(
            """
            {"name": "no-telnet", "metric": "aws:listening-tcp-ports",
             "criteria": {"comparisonOperator": "not-in-port-set", "value": {"ports": [23, 2323]}, "consecutiveDatapointsToAlarm": 1, "consecutiveDatapointsToClear": 1}}
            """)!.AsObject()];
        JsonNode wrong = JsonNode.Parse("""[{"name": "x", "metric": "aws:listening-tcp-ports", "criteria": {"comparisonOperator": "greater-than", "value": {"count": 1}}}]""")!;
        JsonObject refused = await aws.CallAsync("ValidateSecurityProfileBehaviors", new { behaviors = wrong });
        Assert.False(refused["valid"]!.GetValue<bool>());
        Assert.NotEmpty(refused.List("validationErrors"));
        Assert.True((await aws.CallAsync("ValidateSecurityProfileBehaviors", new { behaviors }))["valid"]!.GetValue<bool>());

        await aws.CallAsync("CreateSecurityProfile", new
        {
            securityProfileName = "no-telnet",
            securityProfileDescription = "Nobody listens for telnet.",
            behaviors,
            alertTargets = new { SNS = new { alertTargetArn = "arn:aws:sns:us-east-1:123456789012:ops", roleArn = RoleArn } },
        });

        // Attach it to a group, and to the three special targets.
        await aws.CallAsync("CreateThing", new { thingName = "pump-17" });
        await aws.CallAsync("CreateThingGroup", new { thingGroupName = "pumps" });
        await aws.CallAsync("AddThingToThingGroup", new { thingGroupName = "pumps", thingName = "pump-17" });
        string[] targets = [$"{Account}:all/things", $"{Account}:all/registered-things", $"{Account}:all/unregistered-things", $"{Account}:thinggroup/pumps"];
        foreach (string target in targets)
            await aws.CallAsync("AttachSecurityProfile", new { securityProfileName = "no-telnet", securityProfileTargetArn = target });
        JsonObject attached = await aws.CallAsync("ListTargetsForSecurityProfile", new { securityProfileName = "no-telnet" });
        Assert.Equal(targets.Order(StringComparer.Ordinal), attached.Each("securityProfileTargets", "arn").Order(StringComparer.Ordinal));
        foreach (string target in targets[..3])
            await aws.CallAsync("DetachSecurityProfile", new { securityProfileName = "no-telnet", securityProfileTargetArn = target });

        // A violation, and what people make of it.
        await ReportAsync(gateway, "pump-17", 22, 2323);
        await ReportAsync(gateway, "lamp-1", 22, 2323);
        JsonObject active = await aws.CallAsync("ListActiveViolations", new { securityProfileName = "no-telnet" });
        JsonObject violation = Assert.Single(active.List("activeViolations"));
        Assert.Equal(("pump-17", "no-telnet", "UNKNOWN"), (violation.Text("thingName"), violation["behavior"]!.AsObject().Text("name"), violation.Text("verificationState")));
        Assert.Equal([22, 2323], Ports(violation["lastViolationValue"]!));
        string id = violation.Text("violationId");
        await aws.CallAsync("PutVerificationStateOnViolation", new { violationId = id, verificationState = "TRUE_POSITIVE", verificationStateDescription = "A worm." });
        JsonObject judged = Assert.Single((await aws.CallAsync("ListActiveViolations", new { verificationState = "TRUE_POSITIVE" })).List("activeViolations"));
        Assert.Equal((id, "A worm."), (judged.Text("violationId"), judged.Text("verificationStateDescription")));

        // It ends, and both events stay to be seen.
        await ReportAsync(gateway, "pump-17", 22);
        Assert.Empty((await aws.CallAsync("ListActiveViolations")).List("activeViolations"));
        JsonObject events = await aws.CallAsync("ListViolationEvents", new { startTime = Answers.HourAgo, endTime = Answers.HourAhead, thingName = "pump-17" });
        Assert.Equal(["alarm-cleared", "in-alarm"], events.Each("violationEvents", "violationEventType"));
        Assert.All(events.List("violationEvents"), each => Assert.Equal((id, "TRUE_POSITIVE"), (each.Text("violationId"), each.Text("verificationState"))));

        // Update, detach, delete.
        await ReportAsync(gateway, "pump-17", 2323);
        JsonObject updated = await aws.CallAsync("UpdateSecurityProfile", new { securityProfileName = "no-telnet", expectedVersion = 1, deleteAlertTargets = true });
        Assert.Equal(2, updated["version"]!.GetValue<int>());
        Assert.Null(updated["alertTargets"]?["SNS"]);
        Assert.Single(updated.List("behaviors"));
        Assert.Single((await aws.CallAsync("ListActiveViolations")).List("activeViolations"));
        await aws.CallAsync("DetachSecurityProfile", new { securityProfileName = "no-telnet", securityProfileTargetArn = targets[3] });
        await aws.UntilAsync(answer => answer.List("activeViolations").Length == 0, "ListActiveViolations");
        JsonObject last = (await aws.CallAsync("ListViolationEvents", new { startTime = Answers.HourAgo, endTime = Answers.HourAhead, maxResults = 1 })).List("violationEvents").Single();
        Assert.Equal("alarm-invalidated", last.Text("violationEventType"));
        await aws.CallAsync("DeleteSecurityProfile", new { securityProfileName = "no-telnet", expectedVersion = 2 });
        Assert.Equal(["look-first"], (await aws.CallAsync("ListSecurityProfiles")).Each("securityProfileIdentifiers", "name"));
    }

    private static Task ReportAsync(RunningGateway gateway, string thing, params int[] ports) =>
        Mosquitto.PublishReportAsync(gateway, thing, Mosquitto.ReportWithPorts(1, ports));

    private static int[] Ports(JsonNode value) => [.. value["ports"]!.AsArray().Select(port => port!.GetValue<int>())];
}
