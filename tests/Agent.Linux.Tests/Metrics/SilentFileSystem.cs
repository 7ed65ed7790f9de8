using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Defender.Agent.Linux.Tests.Metrics;

/// <summary>A file system whose server never answers, as that of a network that is gone: FUSE with nobody behind it.</summary>
internal sealed partial class SilentFileSystem : IDisposable
{
    private const string Device = "/dev/fuse";
    private const int Detach = 2; // MNT_DETACH

    private readonly SafeFileHandle _server = File.OpenHandle(Device, FileMode.Open, FileAccess.ReadWrite);
    private readonly string _path;

    public SilentFileSystem(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
        string options = string.Create(CultureInfo.InvariantCulture, $"fd={_server.DangerousGetHandle()},rootmode=40000,user_id=0,group_id=0");
        if (Mount("silent", path, "fuse", 0, options) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>Ends it: what waits for it fails.</summary>
    public void End() => _server.Dispose();

    public void Dispose()
    {
        End();
        _ = Unmount(_path, Detach);
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    /// <summary>For tests that need one; skipped by name where none can be mounted.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class NeededAttribute : FactAttribute
    {
        public NeededAttribute()
        {
            if (!Environment.IsPrivilegedProcess || !File.Exists(Device))
                Skip = $"needs root and {Device}";
        }
    }
}
