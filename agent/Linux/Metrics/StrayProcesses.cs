using System;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// What commands leave behind outside of their process group, by setsid(2) or as daemons do. As their subreaper (prctl(2)) this
/// process becomes the parent of what has lost its own, so that it is found and ended without any right. Not safe for several threads.
/// </summary>
internal sealed partial class StrayProcesses
{
    private const int SetChildSubreaper = 36; // PR_SET_CHILD_SUBREAPER
    private const int KillSignal = 9; // SIGKILL
    private const int NoHang = 1; // WNOHANG

    // WNOHANG | WEXITED | WNOWAIT: only asks whether there are children.
    private const int Ask = 1 | 4 | 0x0100_0000;
    private const int AllChildren = 0; // P_ALL
    private const int SignalInfoBytes = 128; // siginfo_t

    private readonly DirectoryEntries _processes = new();
    private bool? _isAdopting;

    /// <summary>
    /// Becomes the parent of all that is left behind from now on. Not where this process has children already, which then are those
    /// of a script that became the agent, nor as process 1 of a container, whose orphans are anybody's.
    /// </summary>
    public void Adopt() => _isAdopting ??= Environment.ProcessId != 1 && !HasChildren() && Control(SetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>
    /// Ends all children. Their own children become this process's by that: to be called until nothing is left. Where nothing is
    /// left behind it is one system call.
    /// </summary>
    /// <returns>Whether none is left.</returns>
    public unsafe bool TryEnd()
    {
        if (_isAdopting != true || !HasChildren() || !_processes.TryOpen("/proc\0"u8))
            return true;

        while (_processes.TryRead(out ReadOnlySpan<byte> name, out _))
        {
            // The kernel says whose child it is: a /proc of other numbers, as a container may have, does no harm.
            if (Utf8Parser.TryParse(name, out int process, out int digits) && digits == name.Length && WaitFor(process, null, NoHang) == 0)
                _ = Libc.Kill(process, KillSignal);
        }

        return false;
    }

    private static unsafe bool HasChildren()
    {
        byte* info = stackalloc byte[SignalInfoBytes];
        return WaitForAny(AllChildren, 0, info, Ask) == 0;
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "waitid")]
    private static unsafe partial int WaitForAny(int kind, uint id, byte* info, int options);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static unsafe partial int WaitFor(int process, int* status, int options);
}
