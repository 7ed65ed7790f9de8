using System;
using System.Collections.Generic;

namespace Defender.Agent.Linux.Configuration;

/// <summary>What the agent is told to do: every setting with its value and where that comes from. Immutable once loaded.</summary>
internal sealed class AgentConfiguration
{
    private readonly Dictionary<Setting, SettingValue> _values;

    public AgentConfiguration(string? file, Dictionary<Setting, SettingValue> values, CustomMetricChoice customMetrics, IReadOnlyList<string> notes)
    {
        File = file;
        _values = values;
        CustomMetrics = customMetrics;
        Notes = notes;
    }

    /// <summary>The file that was read; null when there is none.</summary>
    public string? File { get; }

    /// <summary>Whether there is a file of which nothing could be read: what it sets is then not known, and not missing.</summary>
    public bool IsFileUnread { get; init; }

    public CustomMetricChoice CustomMetrics { get; }

    /// <summary>What was read and is not used, a sentence each: no mistakes, but worth a line in the log.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Null when it is set nowhere and has no default.</summary>
    public SettingValue? Find(Setting setting) => _values.GetValueOrDefault(setting);

    /// <summary>Of a text, a path or a choice; null when it is not set or empty.</summary>
    public string? Text(Setting setting) => Find(setting) is { Text.Length: > 0 } value ? value.Text : null;

    /// <summary>Of a setting that has a default.</summary>
    public long Number(Setting setting) => _values[setting].Number;

    /// <summary>Of a setting that has a default.</summary>
    public bool Is(Setting setting) => _values[setting].Number != 0;

    /// <summary>Of a setting that has a default.</summary>
    public TimeSpan Span(Setting setting) => TimeSpan.FromMilliseconds(_values[setting].Number);

    /// <summary>Of a list; empty when it is not set.</summary>
    public IReadOnlyList<string> Items(Setting setting) => Find(setting)?.Items ?? [];
}
