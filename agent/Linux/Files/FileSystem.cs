using System;
using System.IO;
using System.Text;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Files;

/// <summary>
/// What the agent does with files, by calls of libc. The streams, buffers and enumerators of System.IO are a tenth of a native build,
/// and its messages are not in one. Failures are the exceptions of System.IO, with what the system says.
/// </summary>
internal static unsafe class FileSystem
{
    private const int FirstBuffer = 4096;

    /// <summary>Whether there is something; false also where this user cannot see it.</summary>
    public static bool Exists(string path) => TryStatus(path, followsLinks: true, out _);

    /// <summary>Whether there is a file, of whatever kind but a directory.</summary>
    public static bool IsFile(string path) => TryStatus(path, followsLinks: true, out FileStatus status) && !status.IsDirectory;

    public static bool IsDirectory(string path) => TryStatus(path, followsLinks: true, out FileStatus status) && status.IsDirectory;

    /// <summary>Whether there is a link, whatever it points to.</summary>
    public static bool IsLink(string path) => TryStatus(path, followsLinks: false, out FileStatus status) && status.IsLink;

    /// <summary>Of what a link points to.</summary>
    /// <exception cref="IOException">It cannot be seen.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not see it.</exception>
    public static FileStatus Status(string path)
    {
        if (!TryStatus(path, followsLinks: true, out FileStatus status))
            throw FileFailure.Of("look at", path, Libc.LastError);
        return status;
    }

    /// <summary>Where a link points to; null when it is none, or cannot be read.</summary>
    public static string? LinkTarget(string path)
    {
        Span<byte> target = stackalloc byte[FirstBuffer];
        nint length = Libc.ReadLink(AtomicFile.ZeroEnded(path), target, (nuint)target.Length);
        return length < 0 ? null : Encoding.UTF8.GetString(target[..(int)length]);
    }

    /// <summary>Reads a file, also one whose length nobody knows before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">One byte more is read, so that a longer file can be told.</param>
    /// <exception cref="IOException">It cannot be read, or is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it, or it is a directory.</exception>
    public static byte[] Read(string path, int most)
    {
        int descriptor = Open(path, Posix.ReadOnly, 0, "read");
        try
        {
            byte[] bytes = new byte[Math.Min(FirstBuffer, most + 1)];
            int length = 0;
            while (true)
            {
                nint count = Libc.Read(descriptor, bytes.AsSpan(length), (nuint)(bytes.Length - length));
                if (count < 0 && Libc.LastError == Posix.Interrupted)
                    continue;
                if (count < 0)
                    throw FileFailure.Of("read", path, Libc.LastError);
                length += (int)count;
                if (count == 0 || length > most)
                    return bytes.AsSpan(0, length).ToArray();
                if (length == bytes.Length)
                    Array.Resize(ref bytes, (int)Math.Min(most + 1L, length * 2L));
            }
        }
        finally
        {
            _ = Posix.Close(descriptor);
        }
    }

    /// <summary>Reads the beginning of a file, as much as there is room for.</summary>
    /// <returns>Bytes that were read.</returns>
    /// <inheritdoc cref="Read(string, int)"/>
    public static int Read(string path, Span<byte> buffer)
    {
        int descriptor = Open(path, Posix.ReadOnly, 0, "read");
        try
        {
            int length = 0;
            while (length < buffer.Length)
            {
                nint count = Libc.Read(descriptor, buffer[length..], (nuint)(buffer.Length - length));
                if (count < 0 && Libc.LastError == Posix.Interrupted)
                    continue;
                if (count < 0)
                    throw FileFailure.Of("read", path, Libc.LastError);
                if (count == 0)
                    break;
                length += (int)count;
            }

            return length;
        }
        finally
        {
            _ = Posix.Close(descriptor);
        }
    }

    /// <summary>Makes a file of one byte, never through a link and never where something is; a full disk may still have room for an empty one.</summary>
    public static void Create(string path, UnixFileMode mode)
    {
        int descriptor = Open(path, Posix.WriteOnly | Posix.Create | Posix.Exclusive, (uint)mode, "write");
        byte content = 0;
        nint count = Posix.Write(descriptor, &content, 1);
        int error = Libc.LastError;
        _ = Posix.Close(descriptor);
        if (count == 1)
            return;
        Delete(path);
        throw FileFailure.Of("write", path, error);
    }

    /// <summary>Whether this user may read it now.</summary>
    /// <exception cref="IOException">Something else is in the way.</exception>
    public static bool MayRead(string path)
    {
        try
        {
            _ = Posix.Close(Open(path, Posix.ReadOnly, 0, "read"));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes a file or a link, if it is there.</summary>
    public static void Delete(string path)
    {
        fixed (byte* bytes = AtomicFile.ZeroEnded(path))
        {
            if (Posix.Unlink(bytes) != 0 && Libc.LastError != Posix.NoSuchEntry)
                throw FileFailure.Of("remove", path, Libc.LastError);
        }
    }

    /// <summary>Makes a link.</summary>
    public static void Link(string path, string target)
    {
        fixed (byte* bytes = AtomicFile.ZeroEnded(path), to = AtomicFile.ZeroEnded(target))
        {
            if (Posix.SymbolicLink(to, bytes) != 0)
                throw FileFailure.Of("link", path, Libc.LastError);
        }
    }

    internal static bool TryStatus(string path, bool followsLinks, out FileStatus status)
    {
        FileStatus.Record record;
        fixed (byte* bytes = AtomicFile.ZeroEnded(path))
        {
            int result = Posix.Status(Posix.WorkingDirectory, bytes, followsLinks ? 0 : Posix.NoFollow, Posix.BasicStatus, &record);
            status = result == 0 ? new FileStatus(record.Mode, record.Length, record.WrittenAt) : default;
            return result == 0;
        }
    }

    private static int Open(string path, int flags, uint mode, string step)
    {
        fixed (byte* bytes = AtomicFile.ZeroEnded(path))
        {
            int descriptor = Posix.Open(bytes, flags | Posix.CloseOnExec, mode);
            return descriptor >= 0 ? descriptor : throw FileFailure.Of(step, path, Libc.LastError);
        }
    }
}
