using System;
using System.Collections.Immutable;
using System.Linq;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>
/// Reads the body of UpdateSecurityProfile over the profile it updates (contract c.3): what is not given stays, a list or
/// map without members says nothing, a delete flag clears, and a flag beside what it clears is a mistake (P17).
/// </summary>
internal static class UpdateReader
{
    /// <summary>The profile as it is after the update; complete only when no mistake was reported.</summary>
    public static SecurityProfile Read(SecurityProfile current, DocumentNode body)
    {
        string? description = ProfileMembersReader.ReadDescription(body.Member("securityProfileDescription"));
        DocumentNode behaviorsNode = body.Member("behaviors");
        ImmutableArray<Behavior> behaviors = BehaviorReader.ReadList(behaviorsNode);
        AlertTarget? target = DestinationReader.ReadAlertTargets(body.Member("alertTargets"));
        ImmutableArray<MetricToRetain> retained = ProfileMembersReader.ReadMetricsToRetain(body);
        bool deleteBehaviors = ReadFlag(body, "deleteBehaviors", "behaviors");
        bool deleteTargets = ReadFlag(body, "deleteAlertTargets", "alertTargets");
        bool deleteRetained = ReadFlag(body, "deleteAdditionalMetricsToRetain", "additionalMetricsToRetain", "additionalMetricsToRetainV2");
        MetricsExportConfig? export = DestinationReader.ReadExportConfig(body.Member("metricsExportConfig"));
        bool deleteExport = ReadFlag(body, "deleteMetricsExportConfig", "metricsExportConfig");
        bool keepsBehaviors = !deleteBehaviors && !behaviorsNode.HasMembers;
        if (keepsBehaviors)
            CheckQuotas(behaviorsNode, current.Behaviors);
        return current with
        {
            Description = description ?? current.Description,
            Behaviors = keepsBehaviors ? current.Behaviors : behaviors,
            SnsAlertTarget = deleteTargets ? null : target ?? current.SnsAlertTarget,
            AdditionalMetricsToRetain = deleteRetained || !retained.IsEmpty ? retained : current.AdditionalMetricsToRetain,
            MetricsExportConfig = deleteExport ? null : export ?? current.MetricsExportConfig,
        };
    }

    private static bool ReadFlag(DocumentNode body, string flag, params ReadOnlySpan<string> cleared)
    {
        if (!body.Flag(flag))
            return false;
        foreach (string name in cleared)
        {
            if (body.Member(name).HasMembers)
                body.Member(flag).Report(ProfileRule.P17, $"{flag} and {name} exclude each other");
        }

        return true;
    }

    /// <summary>P14: behaviors that stay are checked as well, as the quotas may be lower than when they were stored.</summary>
    private static void CheckQuotas(DocumentNode node, ImmutableArray<Behavior> behaviors)
    {
        long elements = behaviors.Sum(behavior => behavior.Criteria is StaticCriteria criteria ? MetricValueReader.CountElements(criteria.Value) : 0L);
        BehaviorReader.CheckQuotas(node.In(node.Scope with { ReportedByValidation = true }), behaviors.Length, elements);
    }
}
