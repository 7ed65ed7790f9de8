using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>Reads single values and sets in brackets.</summary>
internal sealed class ValueReader(ScenarioScanner scanner)
{
    /// <summary>A value of an event: whatever stands here.</summary>
    public ScenarioValue Take()
    {
        if (!scanner.TryTake(TokenKind.Open))
            return ScenarioValue.Scalar(scanner.TakeName("a value, or a set in brackets like [22, 443]"));
        var members = ImmutableArray.CreateBuilder<string>();
        if (!scanner.TryTake(TokenKind.Close))
        {
            do
                members.Add(scanner.TakeName("a member of the set"));
            while (scanner.TryTake(TokenKind.Comma));
            if (!scanner.TryTake(TokenKind.Close))
                scanner.Expected("a comma or ']' behind the member of a set");
        }

        return new ScenarioValue(true, members.DrainToImmutable());
    }

    /// <summary>
    /// A value of a metric. In a report a number may be one that no device should send: it is for the report reader to
    /// say so. What the gateway counts itself is always right.
    /// </summary>
    public ScenarioValue Take(Metric metric, bool isReport)
    {
        Token token = scanner.Current;
        if (!metric.IsScalar && token.Kind != TokenKind.Open)
            scanner.Expected($"a set in brackets, like {Example(metric.Kind)} or []");
        else if (metric.IsScalar && token.Kind != TokenKind.Word)
            scanner.Expected("a number");
        ScenarioValue value = Take();
        string? wrong = scanner.Failed ? null : value.Members.FirstOrDefault(member => !Fits(metric.Kind, member, isReport));
        if (wrong is not null)
            scanner.Fail(token, $"expected {Name(metric.Kind, isReport)} for {metric}, found '{wrong}'");
        return value;
    }

    private static bool Fits(MetricValueKind kind, string member, bool isReport) => kind switch
    {
        MetricValueKind.Strings => true,
        MetricValueKind.Cidrs => isReport || IpAddress.TryParse(member, out _),
        _ when isReport => IsJsonNumber(member),
        _ => long.TryParse(member, NumberStyles.None, CultureInfo.InvariantCulture, out _),
    };

    private static bool IsJsonNumber(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Name(MetricValueKind kind, bool isReport) => kind switch
    {
        MetricValueKind.Cidrs => "addresses",
        _ => isReport ? "numbers as JSON has them" : "a whole number, 0 or more",
    };

    private static string Example(MetricValueKind kind) => kind switch
    {
        MetricValueKind.Ports => "[22, 443]",
        MetricValueKind.Cidrs => "[192.0.2.7, 2001:db8::7]",
        MetricValueKind.Numbers => "[1, 2.5]",
        _ => "[sshd, cron]",
    };
}
