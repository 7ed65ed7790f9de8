using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>A custom metric of the user's own: what a command prints, or what a file holds.</summary>
internal sealed record UserMetric
{
    /// <summary>Commands of a configuration. They run at the same time, so each is a process more on a small device.</summary>
    public const int MaxCommands = 16;

    public const int MaxBytesLimit = 64 * 1024;

    public static TimeSpan MaxTimeout { get; } = TimeSpan.FromSeconds(60);

    public required string Name { get; init; }

    public required CustomMetricType Type { get; init; }

    /// <summary>Program and arguments; empty for a file.</summary>
    public string[] Command { get; init; } = [];

    /// <summary>An absolute path; empty for a command.</summary>
    public string File { get; init; } = "";

    /// <summary>How long the command may take; 1 to 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much of the file is read, and more than which a command may not print; 1 to 65,536 bytes.</summary>
    public int MaxBytes { get; init; } = 16 * 1024;

    public override string ToString() => Name;
}
