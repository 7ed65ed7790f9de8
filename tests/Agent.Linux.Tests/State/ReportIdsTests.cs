using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using Defender.Agent.Linux.State;
using Xunit;

namespace Defender.Agent.Linux.Tests.State;

[SupportedOSPlatform("linux")]
public sealed class ReportIdsTests : IDisposable
{
    private const long Noon = 1_795_219_200;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(300);

    private readonly StateFixture _state = new();

    public void Dispose() => _state.Dispose();

    private string File => Path.Combine(_state.Path, "state");

    [Fact]
    public void Ids_are_epoch_seconds_and_a_day_of_them_is_one_write()
    {
        ReportIds ids = Open();
        Assert.Equal(Noon, ids.Next(Noon));
        DateTime written = System.IO.File.GetLastWriteTimeUtc(File);
        byte[] first = System.IO.File.ReadAllBytes(File);
        for (int report = 1; report <= ReportIds.Reserved; report++)
            Assert.Equal(Noon + (report * 300), ids.Next(Noon + (report * 300)));
        Assert.Equal(first, System.IO.File.ReadAllBytes(File));
        Assert.Equal(written, System.IO.File.GetLastWriteTimeUtc(File));

        ids.Next(Noon + ((ReportIds.Reserved + 1) * 300));

        Assert.NotEqual(first, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void After_an_orderly_end_they_go_on_with_the_clock()
    {
        KeptState state = new(_state.Open());
        ReportIds ids = new(state, 0, Interval);
        ids.Next(Noon);
        state.Close(ids.Last, default);

        Assert.Equal(Noon + 300, Open().Next(Noon + 300));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-86_400)]
    [InlineData(-Noon)]
    public void After_a_loss_of_power_they_grow_whatever_the_clock_says(long later)
    {
        ReportIds ids = Open();
        long last = 0;
        for (int report = 0; report < 100; report++)
            last = ids.Next(Noon + (report * 300));

        ReportIds next = Open();
        long id = next.Next(Noon + later);

        Assert.True(id > last, $"{id} after {last}");
        Assert.Equal(id + 1, next.Next(Noon + later + 1));
    }

    [Fact]
    public void Once_the_clock_has_caught_up_they_are_the_clock_again()
    {
        Open().Next(Noon);
        ReportIds next = Open();
        next.Next(Noon + 300);

        Assert.Equal(Noon + 86_400, next.Next(Noon + 86_400));
    }

    [Fact]
    public void A_clock_that_goes_back_a_day_does_not_take_them_along()
    {
        ReportIds ids = Open();
        long last = ids.Next(Noon);
        for (int report = 0; report < 1000; report++)
        {
            long id = ids.Next(Noon - 86_400 + (report * 300));
            Assert.True(id > last);
            last = id;
        }
    }

    [Fact]
    public void Without_the_file_they_grow_with_the_clock_and_with_what_waits()
    {
        Open().Next(Noon);
        System.IO.File.Delete(File);

        Assert.Equal(Noon + 300, Open().Next(Noon + 300));
        System.IO.File.Delete(File);
        Assert.Equal(Noon + 501, new ReportIds(new KeptState(_state.Open()), newestKept: Noon + 500, Interval).Next(Noon + 400));
    }

    [Fact]
    public void A_file_that_is_damaged_anywhere_is_none()
    {
        KeptState state = new(_state.Open());
        state.Close(Noon, new byte[] { 1, 2, 3 });
        byte[] whole = System.IO.File.ReadAllBytes(File);
        Assert.Equal(Noon, new KeptState(_state.Open()).Ceiling);

        for (int position = 0; position < whole.Length; position++)
        {
            System.IO.File.WriteAllBytes(File, whole[..position]);
            Assert.Equal(0, new KeptState(_state.Open()).Ceiling);
            byte[] flipped = [.. whole];
            flipped[position] ^= 0x10;
            System.IO.File.WriteAllBytes(File, flipped);
            Assert.Equal(0, new KeptState(_state.Open()).Ceiling);
        }
    }

    [Fact]
    public void The_counters_base_is_there_after_an_orderly_end_and_only_until_ids_are_spoken_for()
    {
        KeptState state = new(_state.Open());
        new ReportIds(state, 0, Interval).Next(Noon);
        state.Close(Noon, new byte[] { 1, 2, 3 });

        KeptState next = new(_state.Open());
        Assert.Equal(new byte[] { 1, 2, 3 }, next.Base.ToArray());
        new ReportIds(next, 0, Interval).Next(Noon + 300);

        // As if it were killed now: what was reported since is not known any more.
        Assert.True(new KeptState(_state.Open()).Base.IsEmpty);
    }

    [Fact]
    public void The_file_is_of_the_agents_user_alone()
    {
        Open().Next(Noon);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(File, Directory.GetFileSystemEntries(_state.Path).Single());
    }

    private ReportIds Open() => new(new KeptState(_state.Open()), newestKept: 0, Interval);
}
