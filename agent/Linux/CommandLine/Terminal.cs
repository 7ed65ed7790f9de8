using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>What a verb talks to.</summary>
/// <param name="output">Standard output: reports, findings, help.</param>
/// <param name="errors">Standard error: log and mistakes.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="process">Who runs.</param>
internal sealed class Terminal(Stream output, TextWriter errors, TimeProvider timeProvider, AgentProcess process)
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;

    public Stream Output { get; } = output;

    public TimeProvider TimeProvider { get; } = timeProvider;

    public AgentProcess Process { get; } = process;

    public Log Log { get; } = new(errors, timeProvider);

    /// <returns>Exit code 0.</returns>
    public int Print(string text)
    {
        Output.Write(Encoding.UTF8.GetBytes(text));
        Output.Flush();
        return Success;
    }

    /// <summary>Says what is wrong with the command line.</summary>
    /// <returns>Exit code 2.</returns>
    public int Refuse(string error, Verb? verb)
    {
        Say(error);
        errors.WriteLine($"Try 'defender-agent {(verb is null ? "" : verb.Name + " ")}--help'.");
        return UsageError;
    }

    /// <summary>Says all that is wrong with the configuration.</summary>
    /// <returns>Exit code 2.</returns>
    public int Refuse(IReadOnlyList<ConfigurationMistake> mistakes, Verb verb)
    {
        foreach (ConfigurationMistake mistake in mistakes)
            Say(mistake.ToString());
        errors.WriteLine($"Try 'defender-agent {verb.Name} --help'.");
        return UsageError;
    }

    /// <summary>One line on standard error.</summary>
    public void Say(string text) => errors.WriteLine($"defender-agent: {OneLine.Of(text)}");
}
