using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Defender.Gateway.Tests.Alerts.Sinks;

public sealed class CommandSinkTests : IDisposable
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"thingName":"pümp"}""");

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-command-").FullName;
    private readonly ManualTime _clock = new();
    private readonly LineLog _log = new();
    private readonly ILoggerFactory _loggers;

    public CommandSinkTests() => _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(_log));

    public void Dispose()
    {
        _loggers.Dispose();
        _log.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task The_message_comes_on_standard_input()
    {
        Assert.Equal(Delivery.Delivered, await RunAsync("/usr/bin/tee", InFolder("got")));

        Assert.Equal(Body, await File.ReadAllBytesAsync(InFolder("got")));
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        await RunAsync("/bin/sh", "-c", "printf %s \"$1\" > \"$0\"", InFolder("got"), "$(id); * 'x'");

        Assert.Equal("$(id); * 'x'", await File.ReadAllTextAsync(InFolder("got")));
    }

    [Fact]
    public async Task The_environment_holds_the_path_and_the_message_id_only()
    {
        Environment.SetEnvironmentVariable("DEFENDER_TEST_SECRET", "s");
        await RunAsync("/bin/sh", "-c", "/usr/bin/env > \"$0\"; pwd >> \"$0\"", InFolder("got"));

        string[] lines = await File.ReadAllLinesAsync(InFolder("got"));
        // PWD, SHLVL and _ are the shell's own.
        Assert.Equal(["DEFENDER_MESSAGE_ID=m-1", "PATH"], lines.SkipLast(1).Where(line => !line.StartsWith("PWD=", StringComparison.Ordinal)
            && !line.StartsWith("SHLVL=", StringComparison.Ordinal) && !line.StartsWith("_=", StringComparison.Ordinal)
            && !line.StartsWith("OLDPWD", StringComparison.Ordinal)).Select(line => line.StartsWith("PATH=", StringComparison.Ordinal) ? "PATH" : line).Order());
        Assert.Equal("/", lines[^1]);
    }

    [Fact]
    public async Task Another_exit_code_than_zero_has_failed_and_what_it_said_is_told()
    {
        Delivery delivery = await RunAsync("/bin/sh", "-c", "echo no mail server >&2; exit 75");

        Assert.Equal(Delivery.Failed("exit code 75: no mail server"), delivery);
        await _log.WaitForAsync("Debug", "75", "no mail server");
    }

    [Fact]
    public async Task A_program_that_is_not_there_has_failed()
    {
        Delivery delivery = await RunAsync(InFolder("nothing"));

        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.Contains("cannot be started", delivery.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_read_need_not()
    {
        using CommandSink sink = Open("/bin/true");
        Delivery delivery = await sink.DeliverAsync(Message(new byte[1024 * 1024]), CancellationToken.None).WaitAsync(TestGateway.Deadline);

        Assert.Equal(Delivery.Delivered, delivery);
    }

    [Fact]
    public async Task Whatever_it_says_does_not_block_it_and_is_not_kept()
    {
        Delivery delivery = await RunAsync("/bin/sh", "-c", "head -c 10000000 /dev/zero | tr '\\0' x; head -c 1000000 /dev/zero | tr '\\0' y >&2; exit 1");

        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.True(delivery.Reason.Length < 400);
        Assert.True((await _log.WaitForAsync("yyy")).Length < CommandSink.MaxOutputBytes + 200);
    }

    [Fact]
    public async Task What_runs_too_long_is_killed_with_its_children()
    {
        using CommandSink sink = Open("/bin/sh", "-c", "sleep 600 & echo $! > \"$0\"; echo $$ >> \"$0\"; echo done >> \"$0\"; wait", InFolder("pids"));
        Task<Delivery> delivering = sink.DeliverAsync(Message(Body), CancellationToken.None);
        await Eventually.TrueAsync(() => File.Exists(InFolder("pids")) && File.ReadAllText(InFolder("pids")).Contains("done", StringComparison.Ordinal), "it runs");

        _clock.Advance(TimeSpan.FromSeconds(30));

        Delivery delivery = await delivering.WaitAsync(TestGateway.Deadline);
        Assert.Contains("longer than 30 s", delivery.Reason, StringComparison.Ordinal);
        await AllEndAsync();
    }

    [Fact]
    public async Task What_still_runs_when_the_gateway_stops_is_killed_too()
    {
        using var stop = new CancellationTokenSource();
        using CommandSink sink = Open("/bin/sh", "-c", "echo $$ > \"$0\"; echo done >> \"$0\"; sleep 600", InFolder("pids"));
        Task<Delivery> delivering = sink.DeliverAsync(Message(Body), stop.Token);
        await Eventually.TrueAsync(() => File.Exists(InFolder("pids")) && File.ReadAllText(InFolder("pids")).Contains("done", StringComparison.Ordinal), "it runs");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering.WaitAsync(TestGateway.Deadline));
        await AllEndAsync();
    }

    [Fact]
    public async Task A_child_that_is_left_behind_holds_nothing_up()
    {
        using CommandSink sink = Open("/bin/sh", "-c", "sleep 600 & echo $! > \"$0\"", InFolder("pids"));
        Task<Delivery> delivering = sink.DeliverAsync(Message(Body), CancellationToken.None);
        await _clock.WhenTimerIsSetAsync(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Delivery.Delivered, await delivering.WaitAsync(TestGateway.Deadline));
        Process.GetProcessById(int.Parse((await File.ReadAllLinesAsync(InFolder("pids")))[0], null)).Kill();
    }

    private async Task AllEndAsync()
    {
        foreach (string pid in File.ReadLines(InFolder("pids")).Where(line => line != "done"))
            await Eventually.TrueAsync(() => !IsRunning(pid), $"process {pid} ended");
    }

    // A killed orphan may stay as a zombie where nobody collects it.
    private static bool IsRunning(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<Delivery> RunAsync(params string[] command)
    {
        using CommandSink sink = Open(command);
        return await sink.DeliverAsync(Message(Body), CancellationToken.None).WaitAsync(TestGateway.Deadline);
    }

    private CommandSink Open(params string[] command) => new(new CommandSinkOptions("a", [.. command]), _clock, _loggers.CreateLogger("test"));

    private static OutboxMessage Message(byte[] body) => new("alert:a", "m-1", body, DateTimeOffset.UnixEpoch);

    private string InFolder(string name) => Path.Combine(_directory, name);
}
