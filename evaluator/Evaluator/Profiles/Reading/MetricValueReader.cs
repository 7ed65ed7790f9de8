using System;
using System.Globalization;
using System.Linq;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads a MetricValue of criteria (P07, P08).</summary>
internal static class MetricValueReader
{
    private const int MaxPort = 65535;

    // AWS: list of str 2..43 (MetricValue.cidrs).
    private const int MinCidrLength = 2;
    private const int MaxCidrLength = 43;

    /// <summary>Reads the value; null when it is wrong, which is reported.</summary>
    /// <param name="value">The member <c>value</c>, given.</param>
    /// <param name="metric">The metric it is compared with; null when not known: only the value's own members are checked then.</param>
    public static MetricValue? Read(DocumentNode value, Metric? metric)
    {
        if (!value.IsObject("value"))
            return null;
        MetricValueKind[] given = GivenKinds(value);
        if (metric is null)
            return given.Length == 1 ? ReadMember(value, given[0]) : null;
        if (given.Length == 1 && given[0] == metric.Kind)
            return ReadMember(value, metric.Kind);

        // AWS's own samples write value.count for a custom number; it means the same.
        if (metric.Kind == MetricValueKind.Number && given is [MetricValueKind.Count])
            return ReadMember(value, MetricValueKind.Count) is { } count ? MetricValue.OfNumber(count.Count) : null;

        string expected = metric.Kind.ToWireName();
        value.Report(ProfileRule.P07, $"value should have exactly {expected}", given.Length == 0 ? value.MisspeltMember(expected) : null);
        return null;
    }

    /// <summary>How many value elements this adds to the profile's quota (P14): a list's members, or one.</summary>
    public static int CountElements(DocumentNode value)
    {
        int count = 0;
        foreach (MetricValueKind kind in GivenKinds(value))
            count += kind is MetricValueKind.Count or MetricValueKind.Number ? 1 : value.Member(kind.ToWireName()).ItemCount;
        return count;
    }

    /// <summary>How many value elements a value has that was read before.</summary>
    public static int CountElements(MetricValue value) => value.Kind switch
    {
        MetricValueKind.Count or MetricValueKind.Number => 1,
        _ => value.Ports.Length + value.Cidrs.Length + value.Numbers.Length + value.Strings.Length,
    };

    private static MetricValueKind[] GivenKinds(DocumentNode value) =>
        [.. Enum.GetValues<MetricValueKind>().Where(kind => value.Member(kind.ToWireName()).IsGiven)];

    private static MetricValue? ReadMember(DocumentNode value, MetricValueKind kind)
    {
        string name = kind.ToWireName();
        DocumentNode node = value.Member(name);
        switch (kind)
        {
            case MetricValueKind.Count:
                return ReadCount(node) is { } count ? MetricValue.OfCount(count) : null;
            case MetricValueKind.Number:
                return ReadNumber(node) is { } number ? MetricValue.OfNumber(number) : null;
            default:
                if (!node.IsList(name))
                    return null;
                break;
        }

        // A member that is wrong is reported and left out: the value is not used then.
        return kind switch
        {
            MetricValueKind.Ports => MetricValue.OfPorts([.. node.ReadItems(ReadPort).OfType<int>()]),
            MetricValueKind.Numbers => MetricValue.OfNumbers([.. node.ReadItems(ReadNumber).OfType<double>()]),
            MetricValueKind.Cidrs => MetricValue.OfCidrs([.. node.ReadItems(ReadCidr).OfType<string>()]),
            _ => MetricValue.OfStrings([.. node.ReadItems(item => item.AsString("string")).OfType<string>()]),
        };
    }

    private static long? ReadCount(DocumentNode node)
    {
        if (!node.IsNumber("count"))
            return null;
        if (node.TryGetInt64(out long count) && count >= 0)
            return count;
        string message = node.Text.StartsWith('-')
            ? "count should be 0 or more"
            : string.Create(CultureInfo.InvariantCulture, $"count {node.Text} should be in range[0,{long.MaxValue}]");
        node.Report(ProfileRule.P08, message, node.WholeNumberHint);
        return null;
    }

    private static double? ReadNumber(DocumentNode node)
    {
        if (!node.IsNumber("number"))
            return null;
        if (node.TryGetDouble(out double number))
            return number;
        node.Report(ProfileRule.P08, $"number {node.Text} should be finite");
        return null;
    }

    private static int? ReadPort(DocumentNode node)
    {
        if (node.IsString && node.Text.LastIndexOf('-') > 0)
        {
            node.Report(ProfileRule.P00, "port should be a number", "Ranges of ports are not supported; write each port as a number.");
            return null;
        }

        if (!node.IsNumber("port"))
            return null;
        if (node.TryGetInt64(out long port) && port is >= 0 and <= MaxPort)
            return (int)port;
        node.Report(
            ProfileRule.P08,
            string.Create(CultureInfo.InvariantCulture, $"port {node.Text} should be in range[0,{MaxPort}]"),
            node.WholeNumberHint);
        return null;
    }

    private static string? ReadCidr(DocumentNode node)
    {
        if (node.AsString("cidr") is not { } text)
            return null;
        if (text.Length is >= MinCidrLength and <= MaxCidrLength && CidrBlock.TryParse(text, out _))
            return text;
        node.Report(ProfileRule.P08, $"{Quote.Of(text)} is not a CIDR block", CidrHint(text));
        return null;
    }

    private static string? CidrHint(string text)
    {
        if (text.Contains('-') && text.All(c => char.IsAsciiHexDigit(c) || c is '.' or ':' or '-' or '/' or ' '))
            return "Ranges of addresses are not supported; write networks as address/prefix, like 10.0.0.0/8.";
        if (text.Any(char.IsAsciiLetter) && !text.Contains(':'))
            return "Host names are not supported; write addresses as address/prefix, like 192.0.2.7/32.";
        return text.Trim() != text ? "Leave out the blanks around it." : null;
    }
}
