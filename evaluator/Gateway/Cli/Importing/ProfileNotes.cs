using System;
using System.Collections.Generic;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Cli.Importing;

/// <summary>Says what of a profile is not here as it was in AWS, and why.</summary>
internal static class ProfileNotes
{
    public static IEnumerable<ImportNote> Of(SecurityProfile profile)
    {
        if (profile.SnsAlertTarget is { } target)
        {
            yield return new ImportNote(
                "alertTargets.SNS",
                $"{Printable.Shorten(target.AlertTargetArn)} is kept as it is, whatever its account and region: violations are sent only where the gateway has a sink for this topic; roleArn is kept but not used");
        }

        if (profile.MetricsExportConfig is { } export)
        {
            yield return new ImportNote(
                "metricsExportConfig",
                $"values go to the topic {Printable.Shorten(export.MqttTopic)} of this gateway, and to no rule of AWS IoT; roleArn is kept but not used");
        }

        for (int i = 0; i < profile.Behaviors.Length; i++)
        {
            Behavior behavior = profile.Behaviors[i];
            string path = FormattableString.Invariant($"behaviors[{i}]");
            if (behavior.Criteria is ModelCriteria)
            {
                yield return new ImportNote(
                    $"{path}.criteria.mlDetectionConfig",
                    "there are no alarms before a model was built from datapoints that this gateway has collected: AWS gives no models away");
            }

            if (behavior.Metric.Side == MetricSide.Cloud)
                yield return new ImportNote($"{path}.metric", CloudSide(behavior.Metric));
        }

        for (int i = 0; i < profile.AdditionalMetricsToRetain.Length; i++)
        {
            if (profile.AdditionalMetricsToRetain[i].Metric is { Side: MetricSide.Cloud } metric)
                yield return new ImportNote(FormattableString.Invariant($"additionalMetricsToRetainV2[{i}].metric"), CloudSide(metric));
        }
    }

    private static string CloudSide(Metric metric) =>
        $"{metric} is measured where devices connect: only those that connect to this gateway's MQTT endpoint have it";
}
