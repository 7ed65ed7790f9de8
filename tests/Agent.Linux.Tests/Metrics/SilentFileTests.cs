using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Defender.Agent.Linux.Metrics;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Metrics;

/// <summary>A file whose file system does not answer costs its own metric, and five seconds of one report.</summary>
public sealed class SilentFileTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [SilentFileSystem.Needed]
    public async Task A_report_waits_for_it_once_and_the_next_ones_do_not()
    {
        using SilentFileSystem silent = new(Path.Combine(_folder.Path, "net"));
        MetricFile before = new(_folder.Write("before", "1"), 100);
        MetricFile hung = new(Path.Combine(_folder.Path, "net", "value"), 100);
        MetricFile behind = new(_folder.Write("behind", "3"), 100);
        FileReader reader = new([before, hung, behind]);

        Task reading = reader.RunAsync(_time, default);
        await Eventually.TrueAsync(() => hung.IsBusy, () => "the file is not being read");
        await _time.WhenTimerIsSetAsync(FileReader.Patience);
        Assert.False(reading.IsCompleted);
        _time.Advance(FileReader.Patience);
        await reading.WaitAsync(Deadline);

        Assert.Equal("1", Content(before, reader));
        Assert.EndsWith("/net/value cannot be read: its file system does not answer", Content(hung, reader), StringComparison.Ordinal);
        Assert.EndsWith("/behind has not been read within 5 s: another file does not answer", Content(behind, reader), StringComparison.Ordinal);

        // The clock stands still: nothing waits for it any more.
        await reader.RunAsync(_time, default).WaitAsync(Deadline);
        Assert.Equal("1", Content(before, reader));
        Assert.EndsWith("/net/value cannot be read: its file system does not answer", Content(hung, reader), StringComparison.Ordinal);
        Assert.Equal("3", Content(behind, reader));

        silent.Dispose();
        await Eventually.TrueAsync(() => !hung.IsBusy, () => "the thread is still in the file");
        Assert.NotEqual("3", Content(hung, reader));
        File.WriteAllText(Path.Combine(_folder.Path, "net", "value"), "2");
        await reader.RunAsync(_time, default).WaitAsync(Deadline);
        Assert.Equal("2", Content(hung, reader));
    }

    [SilentFileSystem.Needed]
    public async Task No_more_than_four_threads_are_left_behind()
    {
        using SilentFileSystem silent = new(Path.Combine(_folder.Path, "net"));
        MetricFile[] files = [.. Enumerable.Range(0, 6).Select(i => new MetricFile(Path.Combine(_folder.Path, "net", $"{i}"), 100))];
        FileReader reader = new(files);
        for (int i = 1; i <= 4; i++)
        {
            Task reading = reader.RunAsync(_time, default);
            await Eventually.TrueAsync(() => files.Count(file => file.IsBusy) == i, () => $"{files.Count(file => file.IsBusy)} files are being read");
            await _time.WhenTimerIsSetAsync(FileReader.Patience);
            _time.Advance(FileReader.Patience);
            await reading.WaitAsync(Deadline);
        }

        Assert.True(reader.RunAsync(_time, default).IsCompleted);
        Assert.Equal(4, files.Count(file => file.IsBusy));
    }

    [Fact]
    public void Without_files_there_is_nothing_to_wait_for() => Assert.Same(Task.CompletedTask, new FileReader([]).RunAsync(_time, default));

    private static string Content(MetricFile file, FileReader reader) =>
        file.TryGet(reader.Round, out ReadOnlySpan<byte> content) ?? System.Text.Encoding.ASCII.GetString(content);
}
