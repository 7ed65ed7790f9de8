using System;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Metrics;

/// <summary>The calls of libc that metrics are read with. Paths end with a zero byte.</summary>
internal static partial class Libc
{
    public const int NoSuchEntry = 2; // ENOENT
    public const int NoSuchProcess = 3; // ESRCH
    public const int Interrupted = 4; // EINTR

    // O_RDONLY | O_NONBLOCK | O_CLOEXEC: a named pipe without a writer must not stop the agent.
    private const int ReadOnly = 0x800 | 0x80000;

    /// <summary>CLOCK_BOOTTIME: time since the start of the system, suspended time counted.</summary>
    private const int BootTime = 7;

    /// <returns>A descriptor, or -1.</returns>
    public static int Open(ReadOnlySpan<byte> path) => OpenFile(path, ReadOnly);

    /// <summary>Seconds since the system started.</summary>
    public static long UptimeSeconds() => ClockGetTime(BootTime, out TimeSpec time) == 0 ? time.Seconds : -1;

    /// <summary>Errno of the call before.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <returns>Bytes read, 0 at the end, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    /// <returns>Bytes of directory entries (struct linux_dirent64), 0 at the end, or -1.</returns>
    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint GetDirectoryEntries(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    public static partial nint ReadLink(ReadOnlySpan<byte> path, Span<byte> target, nuint count);

    /// <summary>Signal 0 only asks whether the process exists.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
