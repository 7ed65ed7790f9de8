using System;
using System.IO;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

/// <summary>A test of the published native build; skipped by name where none is at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    private const string Variable = "DEFENDER_NATIVE_AGENT";

    public NativeFactAttribute()
    {
        if (!File.Exists(Executable))
            Skip = $"there is no native build at {Executable}: agent/Linux/package/publish.sh makes one, {Variable} names another file";
    }

    /// <summary>What the variable names, else where the documentation has it published to.</summary>
    public static string Executable { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Path.Combine(RepositoryFiles.Root, "agent", "Linux", "bin", "native", "defender-agent");
}
