namespace Defender.Gateway.Cli;

/// <summary>What the process tells scripts.</summary>
internal static class ExitCode
{
    /// <summary>It did what was asked.</summary>
    public const int Done = 0;

    /// <summary>A scenario came out otherwise than it says, a key is not there, or a run broke off: the output or the log says why.</summary>
    public const int Failed = 1;

    /// <summary>It cannot do it as asked: a wrong option or file, a port or directory in use, a store that cannot be opened.</summary>
    public const int CannotStart = 2;

    /// <summary>A profile or policy has mistakes, a report is rejected, or a policy denies: the output says which.</summary>
    public const int Invalid = 3;
}
