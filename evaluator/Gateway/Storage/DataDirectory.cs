using System;
using System.IO;

namespace Defender.Gateway.Storage;

/// <summary>The directory that holds everything a gateway keeps, owned by one process at a time.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary><c>$XDG_STATE_HOME/defender-gateway</c>, else <c>~/.local/state/defender-gateway</c>.</summary>
    public static string Default
    {
        get
        {
            string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            if (string.IsNullOrEmpty(state))
                state = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            return System.IO.Path.Combine(state, "defender-gateway");
        }
    }

    public string Path { get; }

    /// <summary>Creates the directory, readable by its owner only, where it is missing, without taking it.</summary>
    /// <returns>Its full path.</returns>
    /// <exception cref="StoreException">It cannot be made.</exception>
    public static string Create(string path)
    {
        try
        {
            path = System.IO.Path.GetFullPath(path);
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StoreException($"cannot create the data directory {path}: {error.Message}", error);
        }
    }

    /// <summary>Creates the directory where it is missing, and takes it for this process.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="advice">What to do where another gateway has it.</param>
    /// <exception cref="StoreException">It cannot be made or written, or another gateway has it.</exception>
    public static DataDirectory Take(string path, string advice = "stop it, or choose another with --data")
    {
        path = Create(path);
        try
        {
            // FileShare.None takes an advisory lock that the system drops with the process, however it ends.
            var file = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectory(path, file);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StoreException($"cannot write to the data directory {path}: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new StoreException($"another gateway uses the data directory {path}: {advice}", error);
        }
    }

    public void Dispose() => _lock.Dispose();
}
