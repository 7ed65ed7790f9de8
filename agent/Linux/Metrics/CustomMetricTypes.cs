using System.Collections.Generic;

namespace Defender.Agent.Linux.Metrics;

/// <summary>The types of custom metrics in AWS's spelling.</summary>
internal static class CustomMetricTypes
{
    /// <summary>In the order of <see cref="CustomMetricType"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["number", "number-list", "string-list", "ip-address-list"];

    public static string Name(this CustomMetricType type) => Names[(int)type];

    public static bool TryParse(string text, out CustomMetricType type)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == text)
            {
                type = (CustomMetricType)i;
                return true;
            }
        }

        type = default;
        return false;
    }
}
