using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>A verb of the executable.</summary>
/// <param name="Name">The word, or two.</param>
/// <param name="Summary">One line.</param>
/// <param name="Options">Its options, in the order of the help; --help is everywhere.</param>
/// <param name="Notes">What the help says below the options, examples last.</param>
internal sealed record Verb(string Name, string Summary, IReadOnlyList<OptionSpec> Options, string Notes)
{
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
