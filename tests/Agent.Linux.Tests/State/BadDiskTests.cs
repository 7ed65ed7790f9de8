using System;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Files;
using Defender.Agent.Linux.State;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.State;

/// <summary>Disks that do not take what they are given.</summary>
public sealed class BadDiskTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("defender-disk-").FullName;
    private readonly LogLines _log = new(new ManualTime());
    private bool _isMounted;

    public void Dispose()
    {
        if (_isMounted)
            MountFactAttribute.TryRun("umount", _path);
        Directory.Delete(_path, recursive: true);
        _log.Dispose();
    }

    [MountFact]
    public void On_a_full_disk_reports_are_kept_in_memory_and_on_the_disk_again_when_there_is_room()
    {
        Mount("size=64k");
        StateDirectory directory = new(_path, _log.Log);
        Spool spool = new(directory, 64, _log.Log);
        byte[] report = new byte[20_000];
        for (int id = 1; id <= 6; id++)
            spool.Add(id, ReportFormat.Json, report);

        Assert.Contains("No space left on device", directory.Error, StringComparison.Ordinal);
        Assert.Contains("No space left on device", _log.Of(500).Single(), StringComparison.Ordinal);
        Assert.Equal((6, 0), (spool.Count, spool.Dropped));
        Assert.True(spool.TryRead(spool.Oldest!, new byte[Report.MaxBytes], out int length));
        Assert.Equal(report.Length, length);
        string[] files = Directory.GetFiles(Path.Combine(_path, "spool"));
        Assert.InRange(files.Length, 1, 3);
        Assert.DoesNotContain(files, file => file.EndsWith(".new", StringComparison.Ordinal));

        spool.Remove(spool.Oldest!);
        spool.Add(7, ReportFormat.Json, "x"u8);
        Assert.Equal("", directory.Error);
        Assert.Single(_log.Of(501));
        Assert.True(File.Exists(Path.Combine(_path, "spool", "0000000000000000007.report")));
    }

    [MountFact]
    public void A_full_disk_is_told_by_a_file_of_one_byte_which_does_not_stay()
    {
        Mount("size=64k");
        Assert.Throws<IOException>(() => File.WriteAllBytes(Path.Combine(_path, "rest"), new byte[128 * 1024]));
        string probe = Path.Combine(_path, "probe");
        // An empty file still has room.
        File.Create(Path.Combine(_path, "empty")).Dispose();

        IOException failure = Assert.Throws<IOException>(() => FileSystem.Create(probe, UnixFileMode.UserRead | UnixFileMode.UserWrite));

        Assert.Equal(28, failure.HResult); // ENOSPC
        Assert.False(File.Exists(probe));
    }

    [MountFact]
    public void On_a_read_only_disk_it_goes_on_in_memory_and_says_so_once()
    {
        Mount("size=1m");
        new Spool(new StateDirectory(_path, _log.Log), 64, _log.Log).Add(1, ReportFormat.Json, "before"u8);
        Assert.True(MountFactAttribute.TryRun("mount", "-o", "remount,ro", _path));

        StateDirectory directory = new(_path, _log.Log);
        KeptState state = new(directory);
        Spool spool = new(directory, 64, _log.Log);
        ReportIds ids = new(state, spool.NewestId, TimeSpan.FromSeconds(300));
        for (int id = 2; id <= 5; id++)
            spool.Add(ids.Next(id), ReportFormat.Json, Encoding.ASCII.GetBytes($"{id}"));

        Assert.Equal((5, 0), (spool.Count, spool.Dropped));
        Assert.True(spool.TryRead(spool.Oldest!, new byte[Report.MaxBytes], out int length));
        Assert.Equal(6, length);
        Assert.Contains("Read-only file system", _log.Of(500).Single(), StringComparison.Ordinal);
        Assert.Contains("Read-only file system", directory.Error, StringComparison.Ordinal);
        spool.Remove(spool.Oldest!);
        Assert.Equal(4, spool.Count);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_said_once_and_costs_only_that()
    {
        string file = Path.Combine(_path, "file");
        File.WriteAllText(file, "");
        StateDirectory directory = new(Path.Combine(file, "state"), _log.Log);
        Spool spool = new(directory, 64, _log.Log);
        spool.Add(1, ReportFormat.Json, "a"u8);
        spool.Add(2, ReportFormat.Json, "b"u8);

        Assert.Equal(2, spool.Count);
        Assert.Single(_log.Of(500));
    }

    [Fact]
    public void A_directory_that_every_user_may_write_in_is_not_used()
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        string planted = Path.Combine(_path, "spool", "0000000000000000001.report");
        Directory.CreateDirectory(Path.Combine(_path, "spool"));
        File.WriteAllBytes(planted, []);
        StateDirectory directory = new(_path, _log.Log);
        Spool spool = new(directory, 64, _log.Log);
        spool.Add(2, ReportFormat.Json, "b"u8);

        Assert.Equal(1, spool.Count);
        Assert.Equal([planted], Directory.GetFiles(Path.Combine(_path, "spool")));
        Assert.Contains($"every user may write in it, and so make reports of this device: chmod 700 {_path}", _log.Of(500).Single(), StringComparison.Ordinal);
    }

    private void Mount(string options)
    {
        _isMounted = MountFactAttribute.TryRun("mount", "-t", "tmpfs", "-o", options + ",mode=0700", "tmpfs", _path);
        Assert.True(_isMounted);
    }
}
