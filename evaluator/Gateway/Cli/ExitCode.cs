namespace Defender.Gateway.Cli;

/// <summary>What the process tells scripts.</summary>
internal static class ExitCode
{
    /// <summary>It did what was asked.</summary>
    public const int Done = 0;

    /// <summary>It cannot do it as asked: a wrong option or file, a port or directory in use, a store that cannot be opened.</summary>
    public const int CannotStart = 2;
}
