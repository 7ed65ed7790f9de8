using System;
using System.Diagnostics;
using System.IO;
using Xunit;

namespace Defender.Agent.Linux.Tests.State;

/// <summary>A fact over a file system of its own, which only root can mount: skipped, by name, where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(() =>
    {
        string directory = Directory.CreateTempSubdirectory("defender-mount-").FullName;
        bool works = TryRun("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory);
        if (works)
            TryRun("umount", directory);
        Directory.Delete(directory);
        return works;
    });

    public MountFactAttribute()
    {
        if (!CanMount.Value)
            Skip = "needs the right to mount a tmpfs, which this machine does not give";
    }

    public static bool TryRun(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
