using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Configuration;
using Xunit;

namespace Defender.Agent.Linux.Tests.Configuration;

/// <summary>A configuration as a test gives it, loaded.</summary>
internal sealed class Loaded : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Loaded(string? json, string options = "", params (string Name, string Value)[] environment)
    {
        File = json is null ? null : _folder.Write("agent.json", json);
        OptionSpec[] specs = ConfigurationOptions.Specs(Settings.All);
        Assert.True(OptionValues.TryParse(specs, takesOperand: false, options.Split(' ', StringSplitOptions.RemoveEmptyEntries), out OptionValues? values, out string? error), error);
        Configuration = ConfigurationLoader.Load(
            File, environment.ToDictionary(variable => variable.Name, variable => variable.Value), values, Settings.All, out IReadOnlyList<ConfigurationMistake> mistakes);
        Mistakes = [.. mistakes];
    }

    public string? File { get; }

    public AgentConfiguration Configuration { get; }

    public List<ConfigurationMistake> Mistakes { get; }

    /// <summary>The mistakes, with the path of the file cut off.</summary>
    public string[] Messages => [.. Mistakes.Select(mistake => mistake.ToString().Replace(_folder.Path + "/", "", StringComparison.Ordinal))];

    /// <summary>What does not matter, likewise.</summary>
    public string[] Notes => [.. Configuration.Notes.Select(note => note.Replace(_folder.Path + "/", "", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();
}
