using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Aws;

/// <summary>Every operation through every client, and every error name.</summary>
public sealed class OperationsTests
{
    private const string Account = "arn:aws:iot:us-east-1:123456789012";
    private const string RoleArn = "arn:aws:iam::123456789012:role/defender";

    private static readonly string[] All =
    [
        "AddThingToThingGroup", "AttachSecurityProfile", "CancelDetectMitigationActionsTask", "CreateCustomMetric", "CreateDimension",
        "CreateMitigationAction", "CreateSecurityProfile", "CreateThing", "CreateThingGroup", "CreateThingType", "DeleteCustomMetric",
        "DeleteDimension", "DeleteMitigationAction", "DeleteSecurityProfile", "DeleteThing", "DeleteThingGroup", "DeleteThingType",
        "DeprecateThingType", "DescribeCustomMetric", "DescribeDetectMitigationActionsTask", "DescribeDimension", "DescribeEndpoint",
        "DescribeMitigationAction", "DescribeSecurityProfile", "DescribeThing", "DescribeThingGroup", "DescribeThingType",
        "DetachSecurityProfile", "GetBehaviorModelTrainingSummaries", "ListActiveViolations", "ListCustomMetrics",
        "ListDetectMitigationActionsExecutions", "ListDetectMitigationActionsTasks", "ListDimensions", "ListMetricValues",
        "ListMitigationActions", "ListSecurityProfiles", "ListSecurityProfilesForTarget", "ListTagsForResource",
        "ListTargetsForSecurityProfile", "ListThingGroups", "ListThingGroupsForThing", "ListThings", "ListThingsInThingGroup",
        "ListThingTypes", "ListViolationEvents", "PutVerificationStateOnViolation", "RemoveThingFromThingGroup",
        "StartDetectMitigationActionsTask", "TagResource", "UntagResource", "UpdateCustomMetric", "UpdateDimension",
        "UpdateMitigationAction", "UpdateSecurityProfile", "UpdateThing", "UpdateThingGroup", "UpdateThingGroupsForThing",
        "ValidateSecurityProfileBehaviors",
    ];

    [Theory]
    [MemberData(nameof(AwsClients.All), MemberType = typeof(AwsClients))]
    public async Task Every_operation_works(ClientKind kind)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using AwsClient aws = AwsClients.Open(kind, gateway);

        await RegistryAsync(aws);
        await DefinitionsAsync(aws);
        await ProfilesAsync(aws);
        await ViolationsAsync(aws, gateway);
        await MitigationAsync(aws);
        await DeletionsAsync(aws);

        Assert.Equal(All, aws.Called.Order(StringComparer.OrdinalIgnoreCase));
    }

    private static async Task RegistryAsync(AwsClient aws)
    {
        Assert.Equal("127.0.0.1", (await aws.CallAsync("DescribeEndpoint", new { endpointType = "iot:Data-ATS" })).Text("endpointAddress"));

        await aws.CallAsync("CreateThingType", new { thingTypeName = "pump", thingTypeProperties = new { thingTypeDescription = "Moves water", searchableAttributes = new[] { "site" } } });
        JsonObject type = await aws.CallAsync("DescribeThingType", new { thingTypeName = "pump" });
        Assert.Equal("Moves water", type["thingTypeProperties"]!.AsObject().Text("thingTypeDescription"));
        Assert.Equal(["pump"], (await aws.CallAsync("ListThingTypes")).Each("thingTypes", "thingTypeName"));

        JsonObject created = await aws.CallAsync("CreateThing", new { thingName = "pump:17", thingTypeName = "pump", attributePayload = new { attributes = new { site = "north" } } });
        Assert.Equal($"{Account}:thing/pump:17", created.Text("thingArn"));
        await aws.CallAsync("UpdateThing", new { thingName = "pump:17", attributePayload = new { attributes = new { floor = "2" }, merge = true }, expectedVersion = 1 });
        JsonObject thing = await aws.CallAsync("DescribeThing", new { thingName = "pump:17" });
        Assert.Equal(("north", "2", 2), (thing["attributes"]!["site"]!.GetValue<string>(), thing["attributes"]!["floor"]!.GetValue<string>(), thing["version"]!.GetValue<int>()));
        foreach (string name in new[] { "lamp-1", "lamp-2", "lamp-3" })
            await aws.CallAsync("CreateThing", new { thingName = name });
        JsonObject page = await aws.CallAsync("ListThings", new { maxResults = 3 });
        JsonObject rest = await aws.CallAsync("ListThings", new { maxResults = 3, nextToken = page.Text("nextToken") });
        Assert.Equal(["lamp-1", "lamp-2", "lamp-3", "pump:17"], [.. page.Each("things", "thingName"), .. rest.Each("things", "thingName")]);
        Assert.Equal(["pump:17"], (await aws.CallAsync("ListThings", new { attributeName = "site", attributeValue = "north" })).Each("things", "thingName"));

        await aws.CallAsync("CreateThingGroup", new { thingGroupName = "plant", tags = new[] { new { Key = "owner", Value = "ops" } } });
        await aws.CallAsync("CreateThingGroup", new { thingGroupName = "pumps", parentGroupName = "plant" });
        await aws.CallAsync("CreateThingGroup", new { thingGroupName = "quarantine" });
        await aws.CallAsync("UpdateThingGroup", new { thingGroupName = "pumps", thingGroupProperties = new { thingGroupDescription = "All pumps" } });
        JsonObject group = await aws.CallAsync("DescribeThingGroup", new { thingGroupName = "pumps" });
        Assert.Equal("plant", group["thingGroupMetadata"]!.AsObject().List("rootToParentThingGroups").Single().Text("groupName"));
        Assert.Equal(["pumps"], (await aws.CallAsync("ListThingGroups", new { parentGroup = "plant" })).Each("thingGroups", "groupName"));
        await aws.CallAsync("AddThingToThingGroup", new { thingGroupName = "pumps", thingName = "pump:17" });
        await aws.CallAsync("AddThingToThingGroup", new { thingGroupName = "quarantine", thingArn = $"{Account}:thing/lamp-1" });
        await aws.CallAsync("RemoveThingFromThingGroup", new { thingGroupName = "quarantine", thingName = "lamp-1" });
        await aws.CallAsync("UpdateThingGroupsForThing", new { thingName = "lamp-2", thingGroupsToAdd = new[] { "quarantine" } });
        Assert.Equal(["pump:17"], (await aws.CallAsync("ListThingsInThingGroup", new { thingGroupName = "plant", recursive = true })).Texts("things"));
        Assert.Equal(["quarantine"], (await aws.CallAsync("ListThingGroupsForThing", new { thingName = "lamp-2" })).Each("thingGroups", "groupName"));

        await aws.CallAsync("TagResource", new { resourceArn = $"{Account}:thinggroup/plant", tags = new[] { new { Key = "site", Value = "north" } } });
        await aws.CallAsync("UntagResource", new { resourceArn = $"{Account}:thinggroup/plant", tagKeys = new[] { "owner" } });
        JsonObject tag = Assert.Single((await aws.CallAsync("ListTagsForResource", new { resourceArn = $"{Account}:thinggroup/plant" })).List("tags"));
        Assert.Equal(("site", "north"), (tag.Text("Key"), tag.Text("Value")));
    }

    private static async Task DefinitionsAsync(AwsClient aws)
    {
        await aws.CallAsync("CreateCustomMetric", new { metricName = "battery", metricType = "number", displayName = "Battery", clientRequestToken = "t1" });
        await aws.CallAsync("CreateCustomMetric", new { metricName = "battery", metricType = "number", displayName = "Battery", clientRequestToken = "t1" });
        await aws.CallAsync("UpdateCustomMetric", new { metricName = "battery", displayName = "Battery %" });
        JsonObject metric = await aws.CallAsync("DescribeCustomMetric", new { metricName = "battery" });
        Assert.Equal(("number", "Battery %"), (metric.Text("metricType"), metric.Text("displayName")));
        Assert.Equal(["battery"], (await aws.CallAsync("ListCustomMetrics")).Texts("metricNames"));

        await aws.CallAsync("CreateDimension", new { name = "telemetry", type = "TOPIC_FILTER", stringValues = new[] { "dt/#" }, clientRequestToken = "t2" });
        await aws.CallAsync("UpdateDimension", new { name = "telemetry", stringValues = new[] { "dt/+", "${iot:ClientId}/x" } });
        Assert.Equal(["dt/+", "${iot:ClientId}/x"], (await aws.CallAsync("DescribeDimension", new { name = "telemetry" })).Texts("stringValues"));
        Assert.Equal(["telemetry"], (await aws.CallAsync("ListDimensions")).Texts("dimensionNames"));
    }

    private static async Task ProfilesAsync(AwsClient aws)
    {
        JsonNode behaviors = JsonNode.Parse(
            """
            [{"name": "no-telnet", "metric": "aws:listening-tcp-ports", "criteria": {"comparisonOperator": "not-in-port-set", "value": {"ports": [2323]}}},
             {"name": "battery-low", "metric": "battery", "criteria": {"comparisonOperator": "greater-than", "value": {"number": 10}}, "suppressAlerts": true},
             {"name": "many-out", "metric": "aws:num-messages-sent", "metricDimension": {"dimensionName": "telemetry", "operator": "IN"},
              "criteria": {"comparisonOperator": "less-than", "value": {"count": 100}, "durationSeconds": 300}},
             {"name": "learned", "metric": "aws:all-bytes-out", "criteria": {"mlDetectionConfig": {"confidenceLevel": "HIGH"}}}]
            """)!;
        Assert.True((await aws.CallAsync("ValidateSecurityProfileBehaviors", new { behaviors = behaviors.DeepClone() }))["valid"]!.GetValue<bool>());
        await aws.CallAsync("CreateSecurityProfile", new { securityProfileName = "fleet", behaviors });
        JsonObject updated = await aws.CallAsync("UpdateSecurityProfile", new { securityProfileName = "fleet", securityProfileDescription = "All we know", behaviors = Array.Empty<object>() });
        Assert.Equal(4, updated.List("behaviors").Length);
        JsonObject profile = await aws.CallAsync("DescribeSecurityProfile", new { securityProfileName = "fleet" });
        Assert.Equal(("All we know", 2), (profile.Text("securityProfileDescription"), profile["version"]!.GetValue<int>()));
        Assert.Equal(["fleet"], (await aws.CallAsync("ListSecurityProfiles", new { dimensionName = "telemetry" })).Each("securityProfileIdentifiers", "name"));
        await aws.CallAsync("AttachSecurityProfile", new { securityProfileName = "fleet", securityProfileTargetArn = $"{Account}:thinggroup/plant" });
        await aws.CallAsync("AttachSecurityProfile", new { securityProfileName = "fleet", securityProfileTargetArn = $"{Account}:all/unregistered-things" });
        await aws.CallAsync("DetachSecurityProfile", new { securityProfileName = "fleet", securityProfileTargetArn = $"{Account}:all/unregistered-things" });
        Assert.Equal([$"{Account}:thinggroup/plant"], (await aws.CallAsync("ListTargetsForSecurityProfile", new { securityProfileName = "fleet" })).Each("securityProfileTargets", "arn"));
        JsonObject mapping = Assert.Single((await aws.CallAsync("ListSecurityProfilesForTarget", new { securityProfileTargetArn = $"{Account}:thinggroup/plant", recursive = true })).List("securityProfileTargetMappings"));
        Assert.Equal("fleet", mapping["securityProfileIdentifier"]!.AsObject().Text("name"));
        JsonObject training = Assert.Single((await aws.CallAsync("GetBehaviorModelTrainingSummaries", new { securityProfileName = "fleet" })).List("summaries"));
        Assert.Equal(("learned", "PENDING_BUILD"), (training.Text("behaviorName"), training.Text("modelStatus")));
    }

    private static async Task ViolationsAsync(AwsClient aws, RunningGateway gateway)
    {
        await Mosquitto.PublishReportAsync(gateway, "pump:17", Mosquitto.ReportWithPorts(1, 22, 2323));
        JsonObject violation = Assert.Single((await aws.CallAsync("ListActiveViolations", new { thingName = "pump:17", behaviorCriteriaType = "STATIC" })).List("activeViolations"));
        await aws.CallAsync("PutVerificationStateOnViolation", new { violationId = violation.Text("violationId"), verificationState = "BENIGN_POSITIVE" });
        JsonObject happened = Assert.Single((await aws.CallAsync("ListViolationEvents", new { startTime = Answers.HourAgo, endTime = Answers.HourAhead })).List("violationEvents"));
        Assert.Equal(("in-alarm", "BENIGN_POSITIVE"), (happened.Text("violationEventType"), happened.Text("verificationState")));
        Assert.Single((await aws.CallAsync("ListMetricValues", new
        {
            thingName = "pump:17", metricName = "aws:listening-tcp-ports", startTime = Answers.HourAgo, endTime = Answers.HourAhead,
        })).List("metricDatumList"));
    }

    private static async Task MitigationAsync(AwsClient aws)
    {
        JsonObject action = await aws.CallAsync("CreateMitigationAction", new
        {
            actionName = "isolate", roleArn = RoleArn, actionParams = new { addThingsToThingGroupParams = new { thingGroupNames = new[] { "plant" } } },
        });
        Assert.Equal($"{Account}:mitigationaction/isolate", action.Text("actionArn"));
        await aws.CallAsync("UpdateMitigationAction", new
        {
            actionName = "isolate", actionParams = new { addThingsToThingGroupParams = new { thingGroupNames = new[] { "quarantine" } } },
        });
        Assert.Equal("ADD_THINGS_TO_THING_GROUP", (await aws.CallAsync("DescribeMitigationAction", new { actionName = "isolate" })).Text("actionType"));
        Assert.Equal(["isolate"], (await aws.CallAsync("ListMitigationActions")).Each("actionIdentifiers", "actionName"));

        await aws.CallAsync("StartDetectMitigationActionsTask", new
        {
            taskId = "task-1", target = new { securityProfileName = "fleet" }, actions = new[] { "isolate" }, includeSuppressedAlerts = true, clientRequestToken = "t3",
        });
        JsonObject task = await aws.UntilAsync(
            answer => answer["taskSummary"]!.AsObject().Text("taskStatus") != "IN_PROGRESS", "DescribeDetectMitigationActionsTask", new { taskId = "task-1" });
        Assert.Equal("SUCCESSFUL", task["taskSummary"]!.AsObject().Text("taskStatus"));
        Assert.Equal(["task-1"], (await aws.CallAsync("ListDetectMitigationActionsTasks", new { startTime = Answers.HourAgo, endTime = Answers.HourAhead })).Each("tasks", "taskId"));
        JsonObject execution = Assert.Single((await aws.CallAsync("ListDetectMitigationActionsExecutions", new { taskId = "task-1" })).List("actionsExecutions"));
        Assert.Equal(("pump:17", "SUCCESSFUL"), (execution.Text("thingName"), execution.Text("status")));
        Assert.Equal(["pumps", "quarantine"], (await aws.CallAsync("ListThingGroupsForThing", new { thingName = "pump:17" })).Each("thingGroups", "groupName"));
        await aws.FailAsync("ResourceNotFoundException", "CancelDetectMitigationActionsTask", new { taskId = "task-2" });
    }

    private static async Task DeletionsAsync(AwsClient aws)
    {
        await aws.CallAsync("DeleteMitigationAction", new { actionName = "isolate" });
        await aws.CallAsync("DeleteSecurityProfile", new { securityProfileName = "fleet" });
        await aws.CallAsync("DeleteCustomMetric", new { metricName = "battery" });
        await aws.CallAsync("DeleteDimension", new { name = "telemetry" });
        await aws.CallAsync("DeleteThingGroup", new { thingGroupName = "pumps" });
        await aws.CallAsync("DeleteThing", new { thingName = "pump:17" });
        await aws.CallAsync("DeprecateThingType", new { thingTypeName = "pump" });
        await aws.CallAsync("DeleteThingType", new { thingTypeName = "pump" });
        Assert.Empty((await aws.CallAsync("ListSecurityProfiles")).List("securityProfileIdentifiers"));
        Assert.Empty((await aws.CallAsync("ListThingTypes")).List("thingTypes"));
    }
}
