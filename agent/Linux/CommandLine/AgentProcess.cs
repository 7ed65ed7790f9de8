using System;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>The process that the command line runs in.</summary>
internal sealed class AgentProcess(string executable, bool isRoot, bool ownsChildren = false)
{
    /// <summary>Its file.</summary>
    public string Executable { get; } = executable;

    /// <summary>Whether it has root's rights.</summary>
    public bool IsRoot { get; } = isRoot;

    /// <summary>Whether all of its children are the command line's.</summary>
    public bool OwnsChildren { get; } = ownsChildren;

    public static AgentProcess Current { get; } = new(Environment.ProcessPath ?? "", Environment.IsPrivilegedProcess, ownsChildren: true);
}
