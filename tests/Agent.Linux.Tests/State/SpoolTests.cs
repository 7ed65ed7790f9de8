using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Text;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.State;
using Xunit;

namespace Defender.Agent.Linux.Tests.State;

[SupportedOSPlatform("linux")]
public sealed class SpoolTests : IDisposable
{
    private readonly StateFixture _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public void What_is_kept_is_there_after_a_restart_oldest_first()
    {
        Spool spool = _state.OpenSpool();
        spool.Add(30, ReportFormat.Cbor, "c"u8);
        spool.Add(10, ReportFormat.Json, "a"u8);
        spool.Add(20, ReportFormat.Json, ""u8);

        Spool next = _state.OpenSpool();

        Assert.Equal(["10 Json a", "20 Json ", "30 Cbor c"], TakeAll(next));
        Assert.Equal("info 504 3 reports of before wait for delivery", _state.Log.Of(504).Single());
        Assert.Empty(TakeAll(_state.OpenSpool()));
    }

    [Fact]
    public void The_largest_report_fits()
    {
        byte[] report = new byte[Report.MaxBytes];
        new Random(3).NextBytes(report);
        _state.OpenSpool().Add(1, ReportFormat.Json, report);

        Spool spool = _state.OpenSpool();
        byte[] read = new byte[Report.MaxBytes];
        Assert.True(spool.TryRead(spool.Oldest!, read, out int length));
        Assert.Equal(report, read[..length]);
    }

    [Fact]
    public void A_report_that_cannot_be_read_now_is_kept_and_read_later()
    {
        Spool spool = _state.OpenSpool();
        spool.Add(1, ReportFormat.Json, "a"u8);
        string file = Directory.GetFiles(_state.SpoolPath).Single();
        // Stands for a disk that fails or a process without descriptors: there, and not to be opened.
        File.Move(file, _state.Path + "/aside");
        File.CreateSymbolicLink(file, file);

        Assert.False(spool.TryRead(spool.Oldest!, new byte[Report.MaxBytes], out _));
        Assert.Equal(1, spool.Count);
        Assert.Empty(_state.Log.Of(502));
        Assert.Single(_state.Log.Of(506));

        File.Move(_state.Path + "/aside", file, overwrite: true);
        Assert.Equal(["1 Json a"], TakeAll(spool));
    }

    [Fact]
    public void A_report_that_cannot_be_read_at_the_start_is_not_deleted()
    {
        _state.OpenSpool().Add(1, ReportFormat.Json, "a"u8);
        string file = Directory.GetFiles(_state.SpoolPath).Single();
        File.Move(file, _state.Path + "/aside");
        File.CreateSymbolicLink(file, file);

        Assert.Equal(0, _state.OpenSpool().Count);
        Assert.NotNull(new FileInfo(file).LinkTarget);

        File.Move(_state.Path + "/aside", file, overwrite: true);
        Assert.Equal(["1 Json a"], TakeAll(_state.OpenSpool()));
    }

    [Fact]
    public void A_full_spool_drops_the_oldest_and_counts_it()
    {
        Spool spool = _state.OpenSpool(capacity: 3);
        for (int id = 1; id <= 5; id++)
            spool.Add(id, ReportFormat.Json, Encoding.ASCII.GetBytes($"{id}"));

        Assert.Equal((3, 2), (spool.Count, spool.Dropped));
        Assert.Equal(["warn 503 Report 1 is dropped undelivered: 3 newer ones wait"], _state.Log.Of(503));
        Assert.Equal(3, Directory.GetFiles(_state.SpoolPath).Length);
        Assert.Equal(["3 Json 3", "4 Json 4", "5 Json 5"], TakeAll(_state.OpenSpool(capacity: 3)));
    }

    [Fact]
    public void A_smaller_spool_than_before_drops_the_oldest()
    {
        Spool spool = _state.OpenSpool();
        for (int id = 1; id <= 5; id++)
            spool.Add(id, ReportFormat.Json, "x"u8);

        Assert.Equal(["4 Json x", "5 Json x"], TakeAll(_state.OpenSpool(capacity: 2)));
    }

    [Fact]
    public void Only_the_agents_user_reads_it_and_nothing_half_written_is_left()
    {
        Spool spool = _state.OpenSpool();
        spool.Add(1, ReportFormat.Json, "x"u8);

        string file = Assert.Single(Directory.GetFiles(_state.SpoolPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_state.SpoolPath));
    }

    [Fact]
    public void A_record_that_is_cut_off_or_flipped_anywhere_costs_only_itself()
    {
        Spool spool = _state.OpenSpool();
        spool.Add(1, ReportFormat.Json, "before"u8);
        spool.Add(2, ReportFormat.Json, """{"header":{"report_id":2,"version":"1.0"}}"""u8);
        spool.Add(3, ReportFormat.Json, "after"u8);
        string file = Directory.GetFiles(_state.SpoolPath).Order().ElementAt(1);
        byte[] whole = File.ReadAllBytes(file);

        for (int length = 0; length < whole.Length; length++)
            AssertOnlyItself(file, whole[..length], $"cut at {length}");
        for (int position = 0; position < whole.Length; position++)
        {
            for (int bit = 0; bit < 8; bit += 7)
            {
                byte[] flipped = [.. whole];
                flipped[position] ^= (byte)(1 << bit);
                AssertOnlyItself(file, flipped, $"bit {bit} of byte {position}");
            }
        }

        AssertOnlyItself(file, [.. whole, 0], "one byte more");
        File.WriteAllBytes(file, whole);
        Assert.Equal(3, _state.OpenSpool().Count);
    }

    [Fact]
    public void A_record_that_is_damaged_while_the_agent_runs_is_passed_over()
    {
        Spool spool = _state.OpenSpool();
        spool.Add(1, ReportFormat.Json, "a"u8);
        spool.Add(2, ReportFormat.Json, "b"u8);
        File.WriteAllText(Directory.GetFiles(_state.SpoolPath).Order().First(), "damaged");

        Assert.False(spool.TryRead(spool.Oldest!, new byte[100], out _));
        Assert.Equal(["2 Json b"], TakeAll(spool));
        Assert.Single(_state.Log.Of(502));
    }

    [Fact]
    public void A_record_under_another_ones_name_is_none()
    {
        Spool spool = _state.OpenSpool();
        spool.Add(1, ReportFormat.Json, "a"u8);
        string file = Directory.GetFiles(_state.SpoolPath).Single();
        File.Copy(file, file.Replace("1.report", "2.report", StringComparison.Ordinal));

        Assert.Equal(["1 Json a"], TakeAll(_state.OpenSpool()));
    }

    [Fact]
    public void Without_a_directory_it_is_kept_in_memory_up_to_a_bound()
    {
        Spool spool = new(new StateDirectory(null, _state.Log.Log), 1000, _state.Log.Log);
        byte[] report = new byte[100_000];
        for (int id = 1; id <= 50; id++)
            spool.Add(id, ReportFormat.Json, report);

        Assert.Equal(Spool.MaxMemory / report.Length, spool.Count);
        Assert.Equal(50 - spool.Count, spool.Dropped);
        Assert.Equal("", new StateDirectory(null, _state.Log.Log).Error);
    }

    private void AssertOnlyItself(string file, byte[] damaged, string how)
    {
        File.WriteAllBytes(file, damaged);
        Spool spool = _state.OpenSpool();
        List<string> left = [];
        byte[] buffer = new byte[Report.MaxBytes];
        Assert.True(spool.TryRead(spool.Oldest!, buffer, out int length));
        left.Add(Encoding.UTF8.GetString(buffer, 0, length));

        Assert.True(spool.Count == 2 && left[0] == "before" && spool.NewestId == 3, how);
        Assert.False(File.Exists(file), how);
    }

    private static List<string> TakeAll(Spool spool)
    {
        List<string> all = [];
        byte[] buffer = new byte[Report.MaxBytes];
        while (spool.Oldest is { } report)
        {
            if (!spool.TryRead(report, buffer, out int length))
                continue;
            all.Add($"{report.ReportId} {report.Format} {Encoding.UTF8.GetString(buffer, 0, length)}");
            spool.Remove(report);
        }

        return all;
    }
}
