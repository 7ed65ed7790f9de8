using System;
using System.IO;
using Defender.Agent.Linux.Files;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.State;

/// <summary>
/// Where the agent keeps what outlives it. A disk that is full, read-only or not there costs only that: the agent goes on in memory,
/// says so once, and again when the disk takes data once more. Not safe for several threads.
/// </summary>
/// <param name="path">The directory; made with mode 0700 when it is not there, and not used when every user may write in it. Null keeps nothing.</param>
/// <param name="log">Where to say it.</param>
internal sealed class StateDirectory(string? path, Log log)
{
    /// <summary>Only the agent's user reads and writes what is in it.</summary>
    public const uint FileMode = 0x180; // 0600

    /// <summary>Why one that <see cref="IsOpenToAll"/> is not used.</summary>
    public const string OpenToAll = "every user may write in it, and so make reports of this device";

    private bool _isMade;

    /// <summary>Null keeps nothing.</summary>
    public string? Path { get; } = path;

    /// <summary>Why it is not used at the moment; "" while it is.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Raised when <see cref="Error"/> changes.</summary>
    public event Action? Changed;

    /// <summary>Whether every user may write in it, as in /tmp: what lies in it is sent as this device's reports, and gives their ids.</summary>
    public static bool IsOpenToAll(string path) => (FileSystem.Status(path).Permissions & UnixFileMode.OtherWrite) != 0;

    /// <summary>Does something with the disk.</summary>
    /// <returns>False when it failed, or there is no directory.</returns>
    public bool Try(Action action)
    {
        if (Path is null)
            return false;

        try
        {
            if (!_isMade)
            {
                Folder.Make(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                if (IsOpenToAll(Path))
                    throw new IOException($"{OpenToAll}: chmod 700 {Path}");
                _isMade = true;
            }

            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (Error.Length == 0)
                log.StateUnavailable(Path, failure);
            Set(failure.Message.TrimEnd('.'));
            return false;
        }

        if (Error.Length > 0)
            log.StateAvailable(Path);
        Set("");
        return true;
    }

    private void Set(string error)
    {
        if (Error == error)
            return;
        Error = error;
        Changed?.Invoke();
    }
}
