using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Alerts.Sinks;

public sealed class FileSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-file-").FullName;

    private string File1 => Path.Combine(_directory, "alerts.jsonl");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Each_message_is_one_line_behind_what_was_there()
    {
        await File.WriteAllTextAsync(File1, "before\n");
        await AppendAsync("{\"a\":1}");
        await AppendAsync("{\r\n \"b\": 2\n}");

        Assert.Equal("before\n{\"a\":1}\n{   \"b\": 2 }\n", await File.ReadAllTextAsync(File1));
    }

    [Fact]
    public async Task A_new_file_is_for_its_owner_only()
    {
        await AppendAsync("{}");

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File1));
    }

    [Fact]
    public async Task A_file_that_would_grow_too_large_is_renamed_and_the_one_before_replaced()
    {
        string half = $"\"{new string('x', 40)}\"";
        for (int i = 0; i < 5; i++)
            await AppendAsync(half.Replace("xx", $"{i}{i}", StringComparison.Ordinal), maxBytes: 100);

        Assert.Equal(["alerts.jsonl", "alerts.jsonl.1"], Array.ConvertAll(Directory.GetFiles(_directory), path => Path.GetFileName(path)).Order());
        Assert.StartsWith("\"44", Assert.Single(await File.ReadAllLinesAsync(File1)), StringComparison.Ordinal);
        Assert.Equal(2, (await File.ReadAllLinesAsync(File1 + ".1")).Length);
    }

    [Fact]
    public async Task A_message_beyond_the_size_gets_a_file_of_its_own()
    {
        await AppendAsync(new string('1', 500), maxBytes: 100);
        await AppendAsync("2", maxBytes: 100);

        Assert.Equal("2\n", await File.ReadAllTextAsync(File1));
        Assert.Equal(501, new FileInfo(File1 + ".1").Length);
    }

    [Fact]
    public async Task A_line_that_was_cut_off_does_not_spoil_the_next()
    {
        await File.WriteAllTextAsync(File1, "{}\n{\"thingNa");
        await AppendAsync("{\"a\":1}");

        Assert.Equal(["{}", "{\"thingNa", "{\"a\":1}"], await File.ReadAllLinesAsync(File1));
    }

    [Fact]
    public async Task A_file_that_is_taken_away_is_made_again()
    {
        using var sink = new FileSink(new FileSinkOptions("a", File1));
        await sink.DeliverAsync(Message("1"), CancellationToken.None);
        File.Delete(File1);
        await sink.DeliverAsync(Message("2"), CancellationToken.None);

        Assert.Equal("2\n", await File.ReadAllTextAsync(File1));
    }

    [Fact]
    public async Task Where_nothing_can_be_written_the_try_has_failed()
    {
        using var missing = new FileSink(new FileSinkOptions("a", Path.Combine(_directory, "nowhere", "a.jsonl")));
        Assert.Equal(DeliveryOutcome.Failed, (await missing.DeliverAsync(Message("1"), CancellationToken.None)).Outcome);

        using var full = new FileSink(new FileSinkOptions("a", "/dev/full"));
        Assert.Equal(DeliveryOutcome.Failed, (await full.DeliverAsync(Message("1"), CancellationToken.None)).Outcome);
    }

    private async Task AppendAsync(string body, long maxBytes = 1024 * 1024)
    {
        using var sink = new FileSink(new FileSinkOptions("a", File1) { MaxBytes = maxBytes });
        Assert.Equal(Delivery.Delivered, await sink.DeliverAsync(Message(body), CancellationToken.None));
    }

    private static OutboxMessage Message(string body) => new("alert:a", "m", Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch);
}
