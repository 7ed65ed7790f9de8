using System.Collections.Generic;

namespace Defender.Agent.Linux.Service;

/// <summary>What makes one unit of the agent differ from another.</summary>
internal sealed class UnitOptions
{
    /// <summary>The executable.</summary>
    public required string Executable { get; init; }

    /// <summary>The configuration.</summary>
    public required string Configuration { get; init; }

    /// <summary>Files that only root may have to read, by option: <c>--key</c>.</summary>
    public required IReadOnlyList<(string Option, string File)> Credentials { get; init; }

    /// <summary>Whether this build compiles nothing while it runs; only such a one lives without writable code.</summary>
    public bool IsNative { get; init; }

    /// <summary>Whether a metric reads files of /proc beside those of processes.</summary>
    public bool NeedsWholeProc { get; init; }

    /// <summary>Whether a metric looks at other processes.</summary>
    public bool NeedsOtherProcesses { get; init; }

    /// <summary>Whether it may look into the processes of other users; costs two capabilities.</summary>
    public bool SeesAllProcesses { get; init; }
}
