using System;
using System.IO;
using System.Runtime.InteropServices;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Access;

/// <summary>Small files that their owner alone may read, replaced as a whole or not at all.</summary>
internal static partial class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most bytes of it.</param>
    /// <returns>Its content, null where there is no such file.</returns>
    /// <exception cref="StartupException">It cannot be read, is too large, or others than its owner may read or write it.</exception>
    public static byte[]? Read(string path, int limit)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
                throw new StartupException($"{path} is open to others than its owner, so that its secrets may be known: replace them, or chmod 600 {path}");
            var buffer = new byte[Math.Min(file.Length, limit) + 1];
            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= limit ? buffer[..length] : throw new StartupException($"{path} has more than {limit} bytes: it is damaged");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot read {path}: {error.Message}; it must belong to the user that runs the gateway");
        }
    }

    /// <summary>
    /// Puts a new content in the place of the old; after a crash or a loss of power one of them is there. The caller sees to it
    /// that no other process does the same.
    /// </summary>
    /// <exception cref="StartupException">It cannot be written.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        string next = path + ".tmp";
        try
        {
            File.Delete(next);
            using (FileStream file = Open(next, FileMode.CreateNew))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
            FlushDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot write {path}: {error.Message}");
        }
    }

    /// <summary>Opens a file for this process alone; one that is made is its owner's alone.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Brings the names of a directory to the disk: a new one is there when its directory is.</summary>
    public static void FlushDirectory(string path)
    {
        // FileStream opens no directories.
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = OpenDirectory(path, 0);
        if (descriptor < 0)
            return;
        // Some file systems cannot: then the rename is as safe as they make it.
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int readOnly);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
