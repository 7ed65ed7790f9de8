using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Defender.Evaluator.Reports;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Brokers;

/// <summary>
/// Where devices publish reports on an external broker: levels of a topic, of which one is <c>{thing}</c> and one may be
/// <c>{format}</c>. The answer goes to the report's topic with <c>/accepted</c> or <c>/rejected</c> behind it.
/// </summary>
internal sealed class BrokerTopic
{
    /// <summary>AWS's topics. On AWS IoT Core itself they are reserved, and nobody can subscribe to them.</summary>
    public const string DefaultTemplate = "$aws/things/{thing}/defender/metrics/{format}";

    private const string ThingLevel = "{thing}";
    private const string FormatLevel = "{format}";

    private static readonly string[] Formats = ["json", "cbor"];

    private readonly string[] _levels;

    private BrokerTopic(string[] levels) => _levels = levels;

    public static BrokerTopic Default { get; } = TryParse(DefaultTemplate, out BrokerTopic? topic, out string? reason) ? topic : throw new InvalidOperationException(reason);

    /// <summary>Reads a template.</summary>
    /// <param name="template">Like <c>fleet/{thing}/defender/{format}</c>; without <c>{format}</c> reports are JSON.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="reason">What is wrong with the template.</param>
    public static bool TryParse(string template, [NotNullWhen(true)] out BrokerTopic? topic, [NotNullWhen(false)] out string? reason)
    {
        string[] levels = template.Split('/');
        topic = null;
        reason = null;
        if (!TopicName.IsValid(template))
            reason = "should be a topic without wildcards";
        else if (levels.Count(level => level == ThingLevel) != 1)
            reason = "should have one level {thing}";
        else if (levels.Count(level => level == FormatLevel) > 1)
            reason = "should have one level {format} at most";
        else if (levels.Any(level => level is not (ThingLevel or FormatLevel) && level.AsSpan().ContainsAny('{', '}')))
            reason = "should have no braces but in {thing} and {format}, which are levels of their own";
        else
            topic = new BrokerTopic(levels);
        return topic is not null;
    }

    /// <summary>What to subscribe to for the reports of all things.</summary>
    public IEnumerable<string> Filters => (_levels.Contains(FormatLevel) ? Formats : Formats[..1])
        .Select(format => string.Join('/', _levels.Select(level => level == ThingLevel ? "+" : level == FormatLevel ? format : level)));

    /// <summary>Whether reports are published to a topic, and whose in which format.</summary>
    /// <param name="topic">A topic name.</param>
    /// <param name="thing">The thing's level, which need not be a valid name.</param>
    /// <param name="format">The encoding.</param>
    public bool TryRead(string topic, [NotNullWhen(true)] out string? thing, out ReportFormat format)
    {
        thing = null;
        format = ReportFormat.Json;
        string[] levels = topic.Split('/', _levels.Length + 1);
        if (levels.Length != _levels.Length)
            return false;
        string? found = null;
        for (int i = 0; i < levels.Length; i++)
        {
            if (_levels[i] == ThingLevel)
                found = levels[i];
            else if (_levels[i] == FormatLevel && Formats.Contains(levels[i]))
                format = levels[i] == "json" ? ReportFormat.Json : ReportFormat.Cbor;
            else if (_levels[i] != levels[i])
                return false;
        }

        thing = found;
        return thing is not null;
    }
}
