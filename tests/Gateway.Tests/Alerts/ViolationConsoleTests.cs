using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Defender.Gateway.Tests.Alerts;

public sealed class ViolationConsoleTests : IDisposable
{
    private readonly LineLog _log = new();
    private readonly ILoggerFactory _loggers;

    public ViolationConsoleTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task What_waits_is_printed_in_order_before_it_goes()
    {
        var output = new LineLog();
        await using (ViolationConsole console = Open(output))
        {
            for (int i = 0; i < 100; i++)
                console.Print(Event($"v{i}"));
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"violation=v{i}"), output.Lines.Select(line => line.Split(' ')[^1]));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_reader_that_stops_costs_bounded_memory_and_is_told_what_it_missed()
    {
        using var output = new GatedWriter();
        ViolationConsole console = Open(output);
        console.Print(Event("first"));
        Assert.True(output.Reached.Wait(TestGateway.Deadline));

        for (int i = 0; i < ViolationConsole.Capacity + 5; i++)
            console.Print(Event($"v{i}"));
        await _log.WaitForAsync("Warning: violation events cannot be printed");
        output.Gate.Set();

        await _log.WaitForAsync("Warning: violation events are printed again; 5 were left out");
        await console.DisposeAsync();
        Assert.Equal(1 + ViolationConsole.Capacity, output.Written);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task A_reader_that_went_away_is_logged_once()
    {
        using var output = new GatedWriter { Failure = new IOException("Broken pipe") };
        output.Gate.Set();
        await using (ViolationConsole console = Open(output))
        {
            for (int i = 0; i < 10; i++)
                console.Print(Event($"v{i}"));
        }

        Assert.Equal("Warning: violation events cannot be printed", Assert.Single(_log.Lines)[..43]);
    }

    [Fact]
    public async Task A_reader_that_never_reads_holds_no_shutdown_up()
    {
        var clock = new ManualTime();
        using var output = new GatedWriter();
        var console = new ViolationConsole(output, clock, _loggers.CreateLogger<ViolationConsole>());
        console.Print(Event("first"));
        Assert.True(output.Reached.Wait(TestGateway.Deadline));

        Task closed = console.DisposeAsync().AsTask();
        Assert.False(closed.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));

        await closed.WaitAsync(TestGateway.Deadline);
        await _log.WaitForAsync("Warning: violation events cannot be printed");
        output.Gate.Set();
    }

    private ViolationConsole Open(TextWriter output) => new(output, TimeProvider.System, _loggers.CreateLogger<ViolationConsole>());

    private static StoredViolationEvent Event(string id) => new(
        id, "a", "p", "b", "STATIC", false, "in-alarm", DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(
            $$"""{"violationEventTime":0,"thingName":"a","behavior":{"name":"b","metric":"m"},"violationEventType":"in-alarm","violationId":"{{id}}","securityProfileName":"p"}"""));

    private sealed class GatedWriter : StringWriter
    {
        public ManualResetEventSlim Gate { get; } = new();

        public ManualResetEventSlim Reached { get; } = new();

        public Exception? Failure { get; init; }

        public int Written { get; private set; }

        public override void WriteLine(string? value)
        {
            Reached.Set();
            Gate.Wait(TestGateway.Deadline);
            if (Failure is not null)
                throw Failure;
            Written++;
        }
    }
}
