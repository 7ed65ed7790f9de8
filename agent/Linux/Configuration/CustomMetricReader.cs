using System;
using System.Collections.Generic;
using System.Globalization;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Configuration;

/// <summary>Reads <c>custom-metrics</c>: names of ready-made metrics with true or false, and own ones with their source.</summary>
internal sealed class CustomMetricReader(string file, List<ConfigurationMistake> mistakes)
{
    private static readonly string[] Keys = ["type", "command", "timeout", "file", "max-bytes"];

    private readonly List<(string Name, string Source)> _builtIn = [];
    private readonly List<(UserMetric Metric, string Source)> _own = [];

    public CustomMetricChoice Read(ConfigurationNode node)
    {
        if (node.Kind != NodeKind.Object)
        {
            Add(node.Line, Settings.CustomMetrics, $"takes an object of metrics by name, not {node.KindText}");
            return CustomMetricChoice.None;
        }

        foreach (ConfigurationMember member in node.Members)
            ReadMetric(member);

        int commands = _own.FindAll(own => own.Metric.Command.Length > 0).Count;
        if (commands > UserMetric.MaxCommands)
            Add(node.Line, Settings.CustomMetrics, $"{commands} metrics are commands, at most {UserMetric.MaxCommands} may be");
        if (_builtIn.Count + _own.Count > Core.Reports.CustomMetrics.MaxMetrics)
            Add(node.Line, Settings.CustomMetrics, $"{_builtIn.Count + _own.Count} metrics are on, a report has at most {Core.Reports.CustomMetrics.MaxMetrics}");
        return new CustomMetricChoice(_builtIn, _own);
    }

    private void ReadMetric(ConfigurationMember member)
    {
        string path = $"{Settings.CustomMetrics}.{member.Name}";
        bool isBuiltIn = BuiltInMetrics.Find(member.Name) is not null;
        switch (member.Value.Kind)
        {
            case NodeKind.Boolean when isBuiltIn:
                if (member.Value.Text == "true")
                    _builtIn.Add((member.Name, $"{file}:{member.Line}"));
                return;
            case NodeKind.Boolean:
                Add(member.Line, path, $"is no ready-made metric{NearestName.Suggestion(member.Name, BuiltInMetrics.Names)}");
                return;
            case NodeKind.Object when isBuiltIn:
                Add(member.Line, path, "is the name of a ready-made metric, which takes true or false; give your own another name");
                return;
            case NodeKind.Object:
                CustomMetricError error = MetricName.Check(member.Name);
                if (error != CustomMetricError.None)
                    Add(member.Line, path, CustomMetricErrors.Explain(error));
                ReadOwn(member, path);
                return;
            default:
                Add(member.Line, path, $"takes true, false or an object with type and command or file, not {member.Value.KindText}");
                return;
        }
    }

    private void ReadOwn(ConfigurationMember member, string path)
    {
        int before = mistakes.Count;
        UserMetric metric = new() { Name = member.Name, Type = default };
        bool hasType = false;
        foreach (ConfigurationMember part in member.Value.Members)
        {
            string inner = $"{path}.{part.Name}";
            switch (part.Name)
            {
                case "type":
                    hasType = true;
                    if (part.Value.Kind == NodeKind.Text && CustomMetricTypes.TryParse(part.Value.Text, out CustomMetricType type))
                        metric = metric with { Type = type };
                    else
                        Add(part.Line, inner, $"takes {string.Join(", ", CustomMetricTypes.Names)}{NearestName.Suggestion(part.Value.Text, CustomMetricTypes.Names)}");
                    break;
                case "command":
                    metric = metric with { Command = ReadCommand(part, inner) };
                    break;
                case "timeout":
                    if (TryReadNumber(part, inner, 1, (long)UserMetric.MaxTimeout.TotalSeconds, out long seconds))
                        metric = metric with { Timeout = TimeSpan.FromSeconds(seconds) };
                    break;
                case "max-bytes":
                    if (TryReadNumber(part, inner, 1, UserMetric.MaxBytesLimit, out long bytes))
                        metric = metric with { MaxBytes = (int)bytes };
                    break;
                case "file":
                    metric = metric with { File = ReadPath(part, inner) };
                    break;
                default:
                    Add(part.Line, inner, $"unknown key{NearestName.Suggestion(part.Name, Keys)}");
                    break;
            }
        }

        bool isCommand = member.Value.Members.Exists(part => part.Name == "command");
        bool isFile = member.Value.Members.Exists(part => part.Name == "file");
        if (!hasType)
            Add(member.Line, path, $"type is missing: one of {string.Join(", ", CustomMetricTypes.Names)}");
        if (isCommand == isFile)
            Add(member.Line, path, isCommand ? "has both command and file; one of them is its source" : "has no source: give command or file");
        if (isFile && member.Value.Members.Exists(part => part.Name == "timeout"))
            Add(member.Line, path, "timeout belongs to a command; a file has none");
        if (mistakes.Count == before)
            _own.Add((metric, $"{file}:{member.Line}"));
    }

    private string[] ReadCommand(ConfigurationMember part, string path)
    {
        bool areTexts = part.Value.Kind == NodeKind.List && part.Value.Items.Count > 0
            && part.Value.Items.TrueForAll(item => item.Kind == NodeKind.Text && !item.Text.Contains('\0', StringComparison.Ordinal));
        if (!areTexts)
        {
            Add(part.Line, path, "takes a list of texts, program and arguments: no shell reads it");
            return [];
        }

        string[] command = [.. part.Value.Items.ConvertAll(item => item.Text)];
        if (!command[0].StartsWith('/'))
            Add(part.Line, path, $"'{command[0]}': a program is given with its whole path, from /");
        return command;
    }

    private string ReadPath(ConfigurationMember part, string path)
    {
        string error = $"takes a text, the path of a file, not {part.Value.KindText}";
        if (part.Value.Kind == NodeKind.Text && part.Value.Text.Length > 0 && FilePath.TryResolve(part.Value.Text, out string? resolved, out error!))
            return resolved;

        Add(part.Line, path, part.Value.Text.Length == 0 && part.Value.Kind == NodeKind.Text ? "is empty" : error);
        return "";
    }

    private bool TryReadNumber(ConfigurationMember part, string path, long minimum, long maximum, out long number)
    {
        number = 0;
        if (part.Value.Kind == NodeKind.Number && long.TryParse(part.Value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= minimum && number <= maximum)
        {
            return true;
        }

        Add(part.Line, path, $"takes a number from {minimum} to {maximum}{(part.Value.Kind == NodeKind.Number ? $", not {part.Value.Text}" : $", not {part.Value.KindText}")}");
        return false;
    }

    private void Add(int line, string path, string message) =>
        mistakes.Add(new ConfigurationMistake($"{file}:{line}", $"{path}: {message}"));
}
