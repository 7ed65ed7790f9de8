using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>A verb of the executable.</summary>
internal sealed class Verb(string name, string summary, IReadOnlyList<OptionSpec> options, string notes)
{
    /// <summary>The word, or two.</summary>
    public string Name { get; } = name;

    /// <summary>One line.</summary>
    public string Summary { get; } = summary;

    /// <summary>Its options, in the order of the help; --help is everywhere.</summary>
    public IReadOnlyList<OptionSpec> Options { get; } = options;

    /// <summary>What the help says below the options, examples last.</summary>
    public string Notes { get; } = notes;

    /// <summary>What may stand once without a dash, such as <c>FILE</c>; null for nothing.</summary>
    public string? Operand { get; init; }

    /// <summary>Does it; the result is the exit code.</summary>
    public required Func<Terminal, OptionValues, CancellationToken, Task<int>> RunAsync { get; init; }

    public string Help()
    {
        int width = 0;
        foreach (OptionSpec option in Options)
            width = Math.Max(width, option.Usage.Length);

        StringBuilder text = new();
        text.Append("Usage: defender-agent ").Append(Name).Append(Operand is null ? "" : $" [{Operand}]");
        text.Append(" [options]\n\n").Append(Summary).Append(".\n\nOptions:\n");
        foreach (OptionSpec option in Options)
            text.Append("  ").Append(option.Usage.PadRight(width)).Append("  ").Append(option.Help).Append('\n');
        text.Append("  ").Append("--help".PadRight(width)).Append("  Show this help\n\n");
        return text.Append(Notes).Append('\n').ToString();
    }
}
