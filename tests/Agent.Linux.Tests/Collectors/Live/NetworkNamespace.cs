using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>
/// A network namespace of a test's own, on a thread of its own: sockets made there and programs started there are in it, and
/// /sys shows its interfaces. It is gone with the thread.
/// </summary>
internal static partial class NetworkNamespace
{
    /// <summary>Where the thread finds the tables of its namespace: /proc/self would be those of the process.</summary>
    public const string Net = "/proc/thread-self/net";

    private const int NewMounts = 0x20000; // CLONE_NEWNS
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET
    private const ulong PrivateRecursive = (1 << 18) | (1 << 14); // MS_PRIVATE, MS_REC

    private static readonly Lazy<string?> Reason = new(FindReason);

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? WhyNot => Reason.Value;

    /// <summary>Runs the test in a new namespace with lo up.</summary>
    public static void Run(Action test)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                Execute("ip", "link set lo up");
                test();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Makes v0 and v1, the ends of one cable, and waits until the kernel sends over it.</summary>
    public static void MakePair()
    {
        Execute("ip", "link add v0 type veth peer name v1");
        Execute("ip", "link set v0 up");
        Execute("ip", "link set v1 up");
        foreach (string name in new[] { "v0", "v1" })
            WaitUntil(() => Execute("cat", $"/sys/class/net/{name}/operstate") == "up\n");
    }

    /// <summary>Runs a program in the namespace of this thread and returns what it prints.</summary>
    public static string Execute(string program, string arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments}: {errors}");
    }

    /// <summary>Waits for what the kernel does in its own time: closing connections, bringing carriers up.</summary>
    public static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)));

    private static void Enter()
    {
        Check(Unshare(NewNetwork | NewMounts), "unshare");
        Check(Mount("none", "/", null, PrivateRecursive, 0), "mount /");
        Check(Mount("sysfs", "/sys", "sysfs", 0, 0), "mount /sys");
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
            throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static string? FindReason()
    {
        try
        {
            Run(() => Execute("ss", "-Htuna"));
            return null;
        }
        catch (Exception failure)
        {
            return $"needs root, network namespaces and iproute2: {failure.Message}";
        }
    }

    [LibraryImport("libc", SetLastError = true, EntryPoint = "unshare")]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string? type, ulong flags, nint data);
}
