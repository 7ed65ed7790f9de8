using System;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>The process that the command line runs in.</summary>
/// <param name="Executable">Its file.</param>
/// <param name="IsRoot">Whether it has root's rights.</param>
/// <param name="OwnsChildren">Whether all of its children are the command line's.</param>
internal sealed record AgentProcess(string Executable, bool IsRoot, bool OwnsChildren = false)
{
    public static AgentProcess Current { get; } = new(Environment.ProcessPath ?? "", Environment.IsPrivilegedProcess, OwnsChildren: true);
}
