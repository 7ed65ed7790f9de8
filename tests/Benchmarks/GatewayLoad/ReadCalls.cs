using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Defender.Gateway.Api.Operations;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>Every operation that reads: with each of its filters, in pages as large as there are.</summary>
internal static class ReadCalls
{
    private const string ArnPrefix = "arn:aws:iot:us-east-1:123456789012:";

    private static readonly (string, string) All = ("maxResults", "250");
    private static readonly (string, string) Static = ("behaviorCriteriaType", "STATIC");
    private static readonly (string, string) Verified = ("verificationState", "TRUE_POSITIVE");
    private static readonly (string, string) Profile = ("securityProfileName", SampleProfiles.Name(3));

    /// <summary>The filters of both lists of violations, alone and where they narrow each other.</summary>
    private static readonly (string, string)[][] ViolationFilters =
    [
        [],
        [("thingName", SampleAccount.Thing(17))],
        [Profile],
        [Static],
        [("behaviorCriteriaType", "MACHINE_LEARNING")],
        [("listSuppressedAlerts", "false")],
        [("listSuppressedAlerts", "true")],
        [("verificationState", "UNKNOWN")],
        [Verified],
        [Profile, Verified],
        [Static, Verified],
        [Static, ("listSuppressedAlerts", "true")],
        [("behaviorCriteriaType", "STATISTICAL"), Verified, Profile],
    ];

    /// <summary>The calls.</summary>
    /// <param name="now">The end of the time ranges.</param>
    /// <exception cref="InvalidOperationException">An operation that reads is missing.</exception>
    public static IReadOnlyList<ReadCall> Make(DateTimeOffset now)
    {
        ReadCall[] calls = [.. Nothing(), .. Violations(now), .. Values(now), .. Registry(), .. Definitions(), .. Mitigation(now)];
        string[] missing = [.. OperationTable.All.Where(operation => operation.IsReadOnly).Select(operation => operation.Name).Except(calls.Select(call => call.Operation))];
        return missing.Length == 0 ? calls : throw new InvalidOperationException($"not measured: {string.Join(", ", missing)}");
    }

    private static IEnumerable<ReadCall> Nothing() => [new("DescribeEndpoint", "/endpoint")];

    private static IEnumerable<ReadCall> Violations(DateTimeOffset now)
    {
        yield return new("ListActiveViolations", "/active-violations", ("maxResults", "25"));
        foreach ((string, string)[] filters in ViolationFilters)
            yield return new("ListActiveViolations", "/active-violations", [All, .. filters]);
        foreach ((string, string)[] filters in ViolationFilters)
            yield return new("ListViolationEvents", "/violation-events", [All, .. Range(now - SampleViolations.Span, now), .. filters]);
        yield return new("GetBehaviorModelTrainingSummaries", "/behavior-model-training/summaries", ("maxResults", "10"));
        yield return new("GetBehaviorModelTrainingSummaries", "/behavior-model-training/summaries", Profile);
    }

    private static IEnumerable<ReadCall> Values(DateTimeOffset now) =>
        from metric in new[] { "aws:all-bytes-out", SampleProfiles.Ports, SampleProfiles.Addresses }
        select new ReadCall(
            "ListMetricValues", "/metric-values",
            [All, .. Range(now - TimeSpan.FromDays(MetricHistory.Days), now), ("thingName", SampleAccount.Thing(17)), ("metricName", metric)]);

    private static IEnumerable<ReadCall> Registry() =>
    [
        new("DescribeThing", $"/things/{SampleAccount.Thing(17)}"),
        new("ListThings", "/things", All),
        new("ListThings", "/things", All, ("thingTypeName", SampleAccount.Type(3))),
        new("ListThings", "/things", All, ("attributeName", "serial"), ("attributeValue", "SN00009999")),
        new("ListThings", "/things", All, ("attributeName", "firmware"), ("attributeValue", "1.3"), ("usePrefixAttributeValue", "true")),
        new("ListThings", "/things", All, ("attributeValue", "nowhere")),
        new("DescribeThingGroup", $"/thing-groups/{SampleAccount.Group(99)}"),
        new("ListThingGroups", "/thing-groups", ("maxResults", "25")),
        new("ListThingGroups", "/thing-groups", ("maxResults", "25"), ("parentGroup", SampleAccount.RootGroup), ("recursive", "true")),
        new("ListThingGroups", "/thing-groups", ("maxResults", "25"), ("namePrefixFilter", "group-09")),
        new("ListThingsInThingGroup", $"/thing-groups/{SampleAccount.Group(7)}/things", All),
        new("ListThingsInThingGroup", $"/thing-groups/{SampleAccount.RootGroup}/things", All, ("recursive", "true")),
        new("ListThingGroupsForThing", $"/things/{SampleAccount.Thing(17)}/thing-groups", All),
        new("DescribeThingType", $"/thing-types/{SampleAccount.Type(3)}"),
        new("ListThingTypes", "/thing-types", All),
        new("ListThingTypes", "/thing-types", All, ("thingTypeName", SampleAccount.Type(3))),
        new("ListTagsForResource", "/tags", ("resourceArn", $"{ArnPrefix}thinggroup/{SampleAccount.Group(50)}")),
    ];

    private static IEnumerable<ReadCall> Definitions() =>
    [
        new("DescribeSecurityProfile", $"/security-profiles/{SampleProfiles.Name(0)}"),
        new("ListSecurityProfiles", "/security-profiles", ("maxResults", "5")),
        new("ListSecurityProfiles", "/security-profiles", All, ("metricName", "aws:all-bytes-out")),
        new("ListSecurityProfiles", "/security-profiles", All, ("dimensionName", "dimension-00")),
        new("ListTargetsForSecurityProfile", $"/security-profiles/{SampleProfiles.Name(3)}/targets", All),
        new("ListSecurityProfilesForTarget", "/security-profiles-for-target", ("maxResults", "25"), ("securityProfileTargetArn", $"{ArnPrefix}thinggroup/{SampleAccount.RootGroup}"), ("recursive", "true")),
        new("ValidateSecurityProfileBehaviors", "/security-profile-behaviors/validate") { Body = SampleProfiles.Document(0).GetRawText() },
        new("DescribeCustomMetric", "/custom-metric/metric-07"),
        new("ListCustomMetrics", "/custom-metrics", ("maxResults", "10")),
        new("DescribeDimension", "/dimensions/dimension-07"),
        new("ListDimensions", "/dimensions", ("maxResults", "5")),
    ];

    private static IEnumerable<ReadCall> Mitigation(DateTimeOffset now) =>
    [
        new("DescribeMitigationAction", $"/mitigationactions/actions/{SampleAccount.Action(7)}"),
        new("ListMitigationActions", "/mitigationactions/actions", ("maxResults", "10")),
        new("ListMitigationActions", "/mitigationactions/actions", ("maxResults", "10"), ("actionType", "ADD_THINGS_TO_THING_GROUP")),
        new("DescribeDetectMitigationActionsTask", $"/detect/mitigationactions/tasks/{SampleAccount.Task(7)}"),
        new("ListDetectMitigationActionsTasks", "/detect/mitigationactions/tasks", [("maxResults", "25"), .. Range(now - SampleViolations.Span, now)]),
        new("ListDetectMitigationActionsExecutions", "/detect/mitigationactions/executions", ("maxResults", "25"), ("taskId", SampleAccount.Task(7))),
        new("ListDetectMitigationActionsExecutions", "/detect/mitigationactions/executions", All, ("violationId", SampleViolations.Id(4321))),
        new("ListDetectMitigationActionsExecutions", "/detect/mitigationactions/executions", All, ("thingName", SampleAccount.Thing(17))),
        new("ListDetectMitigationActionsExecutions", "/detect/mitigationactions/executions", [All, .. Range(now - SampleViolations.Span, now)]),
    ];

    private static (string, string)[] Range(DateTimeOffset start, DateTimeOffset end) =>
        [("startTime", Seconds(start)), ("endTime", Seconds(end))];

    private static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
