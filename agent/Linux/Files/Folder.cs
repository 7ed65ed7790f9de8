using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Files;

/// <summary>What the agent does with directories.</summary>
internal static unsafe class Folder
{
    // 0777: what the umask leaves of it.
    private const uint Everybody = 0x1FF;

    /// <summary>Makes a directory, if it is not there, with those above it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">Its own; those above it get what the umask leaves.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    public static void Make(string path, UnixFileMode mode = (UnixFileMode)Everybody)
    {
        if (FileSystem.IsDirectory(path))
            return;
        if (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) is { Length: > 0 } above)
            Make(above);
        fixed (byte* bytes = AtomicFile.ZeroEnded(path))
        {
            if (Posix.MakeDirectory(bytes, (uint)mode) == 0)
                return;
            int error = Libc.LastError;
            if (error != Posix.AlreadyThere || !FileSystem.IsDirectory(path))
                throw FileFailure.Of("make", path, error);
        }
    }

    /// <summary>The paths of what is in it, in no order.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static List<string> Entries(string path)
    {
        DirectoryEntries entries = new();
        if (!entries.TryOpen(AtomicFile.ZeroEnded(path)))
            throw FileFailure.Of("read", path, Libc.LastError);
        List<string> paths = [];
        while (entries.TryRead(out ReadOnlySpan<byte> name, out _))
        {
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                paths.Add(Path.Combine(path, Encoding.UTF8.GetString(name)));
        }

        return paths;
    }

    /// <summary>Removes a directory with what is in it; links are removed, not followed.</summary>
    public static void DeleteTree(string path)
    {
        foreach (string entry in Entries(path))
        {
            if (FileSystem.TryStatus(entry, followsLinks: false, out FileStatus status) && status.IsDirectory)
                DeleteTree(entry);
            else
                FileSystem.Delete(entry);
        }

        fixed (byte* bytes = AtomicFile.ZeroEnded(path))
        {
            if (Posix.RemoveDirectory(bytes) != 0)
                throw FileFailure.Of("remove", path, Libc.LastError);
        }
    }
}
