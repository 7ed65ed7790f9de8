using System;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// Starts programs by posix_spawn(3): no shell, a group of their own so that all of it can be ended, a small environment, standard
/// output into a pipe, and nothing else of the agent: every descriptor it opens is closed on exec.
/// </summary>
internal static partial class ChildProcess
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int WriteOnly = 1; // O_WRONLY
    private const int NoHang = 1; // WNOHANG
    private const int KillSignal = 9; // SIGKILL
    private const short Flags = 2 | 4 | 8; // POSIX_SPAWN_SETPGROUP, _SETSIGDEF, _SETSIGMASK

    // posix_spawnattr_t and posix_spawn_file_actions_t are opaque; 336 and 80 bytes in glibc and musl of 64 bits.
    private const int OpaqueBytes = 1024;

    // The runtime ignores SIGPIPE, which a program would inherit: bit 12 of the set is signal 13.
    private const int SignalSetBytes = 128;
    private const int PipeSignalByte = 1;
    private const byte PipeSignalBit = 0x10;

    private static readonly string[] Environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"];

    /// <returns>0, or errno.</returns>
    public static unsafe int Spawn(string[] command, out int process, out int output)
    {
        process = 0;
        output = -1;
        int* pipe = stackalloc int[2];
        if (Pipe(pipe, CloseOnExec) != 0)
            return Marshal.GetLastPInvokeError();

        byte* actions = stackalloc byte[OpaqueBytes];
        byte* attributes = stackalloc byte[OpaqueBytes];
        byte* signals = stackalloc byte[SignalSetBytes];
        new Span<byte>(signals, SignalSetBytes).Clear();
        byte** arguments = Strings(command);
        byte** environment = Strings(Environment);
        _ = ActionsInit(actions);
        _ = AttributesInit(attributes);
        int error;
        try
        {
            _ = ActionsAddOpen(actions, 0, "/dev/null", 0, 0);
            _ = ActionsAddDup(actions, pipe[1], 1);
            _ = ActionsAddOpen(actions, 2, "/dev/null", WriteOnly, 0);
            _ = SetFlags(attributes, Flags);
            _ = SetGroup(attributes, 0);
            _ = SetSignalMask(attributes, signals);
            signals[PipeSignalByte] = PipeSignalBit;
            _ = SetSignalDefault(attributes, signals);
            error = SpawnProcess(out process, arguments[0], actions, attributes, arguments, environment);
        }
        finally
        {
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
            Free(arguments);
            Free(environment);
            _ = Libc.Close(pipe[1]);
        }

        if (error == 0)
        {
            output = pipe[0];
            return 0;
        }

        process = 0;
        _ = Libc.Close(pipe[0]);
        return error;
    }

    /// <summary>Ends the process and all of its group.</summary>
    public static void Kill(int process) => _ = Libc.Kill(-process, KillSignal);

    /// <returns>Whether it has ended; it is then forgotten by the kernel.</returns>
    public static bool TryReap(int process, out int exitCode, out int signal)
    {
        int ended = WaitForProcess(process, out int status, NoHang);
        signal = status & 0x7F;
        exitCode = (status >> 8) & 0xFF;
        if (ended < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
        {
            // Somebody else has taken the exit code; the process is gone all the same.
            signal = 0;
            exitCode = 255;
            return true;
        }

        return ended == process;
    }

    /// <summary>Waits until one of the pipes has something, or for some milliseconds.</summary>
    /// <param name="pipes">What is -1 is not looked at.</param>
    /// <param name="ready">True where there is output, or its end.</param>
    /// <param name="milliseconds">At least 0.</param>
    public static unsafe void Wait(ReadOnlySpan<int> pipes, Span<bool> ready, int milliseconds)
    {
        PollDescriptor* descriptors = stackalloc PollDescriptor[pipes.Length];
        for (int i = 0; i < pipes.Length; i++)
            descriptors[i] = new PollDescriptor { Descriptor = pipes[i], Events = 1 }; // POLLIN

        int count = Poll(descriptors, (nuint)pipes.Length, milliseconds);
        for (int i = 0; i < pipes.Length; i++)
            ready[i] = count > 0 && descriptors[i].Returned != 0;
    }

    private static unsafe byte** Strings(string[] texts)
    {
        byte** strings = (byte**)NativeMemory.Alloc((nuint)(texts.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Length; i++)
            strings[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        strings[texts.Length] = null;
        return strings;
    }

    private static unsafe void Free(byte** strings)
    {
        for (byte** text = strings; *text != null; text++)
            Marshal.FreeCoTaskMem((nint)(*text));
        NativeMemory.Free(strings);
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe(int* descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitForProcess(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static unsafe partial int SpawnProcess(out int process, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int ActionsAddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int ActionsAddDup(byte* actions, int descriptor, int newDescriptor);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static unsafe partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    private static unsafe partial int SetGroup(byte* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static unsafe partial int SetSignalMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static unsafe partial int SetSignalDefault(byte* attributes, byte* signals);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
