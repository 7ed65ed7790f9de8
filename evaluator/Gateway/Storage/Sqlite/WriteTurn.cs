using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>
/// Whose turn it is to write. A gateway at its capacity commits without a pause, and who waits for SQLite's lock only looks now
/// and then whether it is free: a command would hardly ever find it so. Who waits holds this lock meanwhile, and the gateway
/// lets him go first. A file beside the database, locked by <c>flock</c>, which the kernel gives back however its holder ends.
/// </summary>
internal sealed partial class WriteTurn : IDisposable
{
    private const int LockShared = 1, LockExclusive = 2, DoNotBlock = 4, Unlock = 8;
    private const int Interrupted = 4, WouldBlock = 11;

    // As long as SQLite waits: a command that was stopped halfway keeps reports waiting no longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(1);

    private readonly ManualResetEvent _never = new(initialState: false);
    private readonly FileStream _file;

    private WriteTurn(FileStream file) => _file = file;

    /// <summary>Opens the lock of a database; a file that is made is its owner's alone.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static WriteTurn Open(string database)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            var turn = new WriteTurn(new FileStream(database + "-turn", options));
            // Whatever sharing is asked for, .NET opens files with a lock of the same kind.
            turn.Release();
            return turn;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"cannot open the database: {error.Message}", error);
        }
    }

    /// <summary>Waits until nobody waits for the database, some seconds at most; two calls of the kernel where nobody does.</summary>
    public void LetOthersFirst()
    {
        if (TryLock(LockShared))
            Release();
    }

    /// <summary>Waits some seconds for the turn. Where it is not to be had, SQLite's own lock decides who is first.</summary>
    public Held Take() => new(this, TryLock(LockExclusive));

    public void Dispose()
    {
        _file.Dispose();
        _never.Dispose();
    }

    private bool TryLock(int operation)
    {
        // The system has no lock of this kind: then it is as fair as SQLite is.
        if (OperatingSystem.IsWindows())
            return false;
        Stopwatch? waited = null;
        while (Flock(_file.SafeFileHandle, operation | DoNotBlock) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is not (Interrupted or WouldBlock))
                throw new StoreException($"cannot lock the database: {new Win32Exception(error).Message}");
            waited ??= Stopwatch.StartNew();
            if (waited.Elapsed > Patience)
                return false;
            _never.WaitOne(Retry);
        }

        return true;
    }

    private void Release()
    {
        if (!OperatingSystem.IsWindows())
            _ = Flock(_file.SafeFileHandle, Unlock);
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    /// <summary>The turn, until disposed.</summary>
    public readonly ref struct Held(WriteTurn turn, bool isHeld)
    {
        public void Dispose()
        {
            if (isHeld)
                turn.Release();
        }
    }
}
