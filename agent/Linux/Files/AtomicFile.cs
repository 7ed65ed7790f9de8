using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Defender.Agent.Linux.Files;

/// <summary>
/// A small file that is always whole: written under another name, then moved over the old one. Who reads it sees the old or the
/// new, also after SIGKILL at any byte. Allocates nothing when it works. Not safe for several threads.
/// </summary>
/// <param name="path">Where it is; beside it there must be room for one more, named <c>path.new</c>.</param>
/// <param name="mode">Its permissions, whatever the umask.</param>
/// <param name="isDurable">
/// Whether it survives a loss of power: the bytes are on the disk before the name is, and the name before <see cref="Write"/>
/// returns. Costs a few flash blocks each time. False on file systems in memory.
/// </param>
internal sealed unsafe class AtomicFile(string path, uint mode, bool isDurable)
{
    private const int MakeAnew = Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.CloseOnExec;

    private readonly byte[] _path = ZeroEnded(path);
    private readonly byte[] _newPath = ZeroEnded(path + ".new");
    private readonly byte[] _directory = ZeroEnded(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "/");

    public string Path { get; } = path;

    /// <summary>Bytes of a path for a system call.</summary>
    public static byte[] ZeroEnded(string path) => Encoding.UTF8.GetBytes(path + '\0');

    /// <exception cref="IOException">It could not be written; the old one is untouched, unless only the last step failed.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* path = _path, newPath = _newPath, directory = _directory)
        {
            WriteNew(newPath, bytes);
            if (Posix.Rename(newPath, path) != 0)
                throw Failure("rename", Marshal.GetLastPInvokeError());
            // ext4 and f2fs keep a rename in memory for seconds, and only a sync of the directory ends that.
            if (isDurable)
                SyncDirectory(directory);
        }
    }

    private void WriteNew(byte* newPath, ReadOnlySpan<byte> bytes)
    {
        // What is in the way is of an agent that was killed; in a directory of everybody's, a link or a pipe that another user has put
        // there, which must be neither followed nor waited for.
        int descriptor = Posix.Open(newPath, MakeAnew, mode);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Posix.AlreadyThere)
        {
            _ = Posix.Unlink(newPath);
            descriptor = Posix.Open(newPath, MakeAnew, mode);
        }

        if (descriptor < 0)
            throw Failure("open", Marshal.GetLastPInvokeError());

        string step = "write";
        try
        {
            bool isWritten = TryWriteAll(descriptor, bytes);
            if (isWritten)
            {
                step = "chmod";
                isWritten = Posix.ChangeMode(descriptor, mode) == 0;
            }

            if (isWritten && isDurable)
            {
                step = "fsync";
                isWritten = Posix.Sync(descriptor) == 0;
            }

            if (!isWritten)
            {
                int error = Marshal.GetLastPInvokeError();
                // On a full disk what was written of it is in the way.
                _ = Posix.Unlink(newPath);
                throw Failure(step, error);
            }
        }
        finally
        {
            _ = Posix.Close(descriptor);
        }
    }

    private static bool TryWriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nint done = 0; done < bytes.Length;)
            {
                nint count = Posix.Write(descriptor, start + done, bytes.Length - done);
                if (count < 0 && Marshal.GetLastPInvokeError() != Posix.Interrupted)
                    return false;
                done += count > 0 ? count : 0;
            }
        }

        return true;
    }

    private void SyncDirectory(byte* directory)
    {
        int descriptor = Posix.Open(directory, Posix.ReadOnly | Posix.CloseOnExec, 0);
        if (descriptor < 0)
            throw Failure("open the directory of", Marshal.GetLastPInvokeError());
        try
        {
            if (Posix.Sync(descriptor) != 0)
                throw Failure("fsync the directory of", Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Posix.Close(descriptor);
        }
    }

    private IOException Failure(string step, int error) => new($"cannot {step} {Path}: {Marshal.GetPInvokeErrorMessage(error)}");
}
