using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>Reports that their sessions judge themselves, and those that wait for the owner of the things.</summary>
public sealed class JudgedAtOnceTests : IAsyncLifetime
{
    // The thread that serves sockets, by the start of its name.
    private const string SocketThread = "MQTT sockets";

    private readonly WatchedClock _clock = new();
    private FaultyStore? _store;
    private TestGateway? _gateway;

    private FaultyStore Store => _store!;

    private TestGateway Gateway => _gateway!;

    [Fact]
    public async Task A_things_first_report_waits_for_the_owner_and_the_next_is_judged_where_it_was_read()
    {
        await StartAsync();
        await using MqttClient device = await Gateway.ConnectAsync("pump-17");
        _clock.Asked.Clear();
        await device.ReportAsync("pump-17", Reports.Listening(1));
        Assert.DoesNotContain(SocketThread, _clock.Asked);

        // The owner may still be at the end of its turn when the answer is here.
        for (int id = 2; id < 100 && !_clock.Asked.Contains(SocketThread); id++)
            await device.ReportAsync("pump-17", Reports.Listening(id, 2323));

        Assert.Contains(SocketThread, _clock.Asked);
        await Gateway.Output.WaitForAsync("in-alarm", "no-telnet-2323");
    }

    [Fact]
    public async Task While_a_batch_is_stored_nobody_is_held_up_but_those_whose_reports_wait()
    {
        await StartAsync();
        await using MqttClient first = await KnownAsync("first");
        await using MqttClient second = await KnownAsync("second");
        await using MqttClient other = await Gateway.ConnectAsync("other");
        Store.Hold();
        Task stored = first.ReportAsync("first", Reports.Listening(2));
        Assert.True(Store.AtGate.Wait(TestGateway.Deadline));

        Task waiting = second.ReportAsync("second", Reports.Listening(2, 2323));
        await other.ListenForAnswersAsync("other");
        await (await Gateway.ConnectAsync("newcomer")).DisposeAsync();

        Assert.False(stored.IsCompleted);
        Assert.False(waiting.IsCompleted);
        Store.Gate.Set();
        await Task.WhenAll(stored, waiting);
        await Gateway.Output.WaitForAsync("in-alarm", " thing=second ");
    }

    [Fact]
    public async Task What_was_judged_at_once_and_cannot_be_stored_is_judged_afresh_when_it_comes_again()
    {
        await StartAsync();
        await using (MqttClient device = await KnownAsync("pump-17"))
        {
            Store.IsFull = true;
            await Assert.ThrowsAsync<MqttException>(() => device.ReportAsync("pump-17", Reports.Listening(2, 2323)));
        }

        Assert.Empty(Gateway.Output.Lines);
        Store.IsFull = false;
        await using (MqttClient device = await Gateway.ConnectAsync("pump-17"))
            await device.ReportAsync("pump-17", Reports.Listening(2, 2323));
        await Gateway.Output.WaitForAsync("in-alarm", "no-telnet-2323");
    }

    [Fact]
    public async Task One_that_fails_to_be_judged_at_once_fails_alone_and_its_thing_starts_from_what_is_stored()
    {
        await StartAsync();
        await using MqttClient other = await KnownAsync("other");
        await using (MqttClient device = await KnownAsync("pump-17", 2323))
        {
            // The first look at the clock is whether it can be judged at once; the second is within the judgement.
            _clock.FailAt(look: 2);
            await Assert.ThrowsAsync<MqttException>(async () =>
            {
                // One of the first, unless the owner is still at the end of its turn.
                for (int id = 2; id < 100; id++)
                    await device.ReportAsync("pump-17", Reports.Listening(id, 2323));
            });
            await Gateway.Log.WaitForAsync("Error: judging thing pump-17 failed", "poison");
        }

        await other.ReportAsync("other", Reports.Listening(2, 2323));
        await Gateway.Output.WaitForAsync("in-alarm", " thing=other ");
        await using (MqttClient device = await Gateway.ConnectAsync("pump-17"))
            await device.ReportAsync("pump-17", Reports.Listening(100));
        // Its alarm is known still, and ends.
        await Gateway.Output.WaitForAsync("alarm-cleared", " thing=pump-17 ");
    }

    [Fact]
    public async Task Many_clients_reports_are_judged_each_once_and_in_its_order_whoever_judges_them()
    {
        const int Clients = 20, Each = 60;
        await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            string thing = $"pump-{client}";
            await using MqttClient device = await Gateway.ConnectAsync(thing);
            for (int id = 1; id <= Each; id++)
                await device.ReportAsync(thing, Reports.Listening(id, id % 2 == 1 ? [2323] : []));
        }));

        await Gateway.Log.WaitForAsync($"report {Each} of thing pump-0 accepted");
        while (Gateway.Output.Lines.Count < Clients * Each)
            await Task.Yield();
        foreach (int client in Enumerable.Range(0, Clients))
        {
            Assert.Equal(
                Enumerable.Range(0, Each).Select(i => i % 2 == 0 ? "in-alarm" : "alarm-cleared"),
                Gateway.Output.Lines.Where(line => line.Contains($" thing=pump-{client} ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]));
        }
    }

    [Fact]
    public async Task Reports_up_to_the_last_moment_are_stored_or_not_acknowledged()
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("defender-gateway-").FullName;
        var acknowledged = new ConcurrentBag<(string Thing, int Id)>();
        await StartAsync(directory);
        Task[] fleet = [.. Enumerable.Range(0, 10).Select(client => Task.Run(async () =>
        {
            string thing = $"pump-{client}";
            await using MqttClient device = await Gateway.ConnectAsync(thing);
            try
            {
                for (int id = 1; ; id++)
                {
                    await device.ReportAsync(thing, Reports.Listening(id, id % 2 == 1 ? [2323] : []));
                    acknowledged.Add((thing, id));
                }
            }
            catch (MqttException)
            {
                // The gateway stops.
            }
        }))];
        await Eventually.TrueAsync(() => acknowledged.Count > 200, "the fleet reports");
        await Gateway.DisposeAsync();
        await Task.WhenAll(fleet);

        // What each last acknowledged report left is what the next one finds: an alarm, or none.
        await StartAsync(directory);
        foreach (IGrouping<string, int> thing in acknowledged.GroupBy(report => report.Thing, report => report.Id))
        {
            int events = Store.ListViolationEvents(new ViolationFilter { ThingName = thing.Key }, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null, 10_000).Count;
            // The very last may have been stored without its acknowledgement getting through.
            Assert.InRange(events, thing.Max(), thing.Max() + 1);
        }

        await Gateway.DisposeAsync();
        System.IO.Directory.Delete(directory, recursive: true);
        _gateway = null;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }

    private async Task StartAsync(string? directory = null) =>
        _gateway = await TestGateway.StartAsync(clock: _clock, openStore: path => _store = new FaultyStore(path), directory: directory);

    // A thing that has reported before, so that all that its next report needs is in memory.
    private async Task<MqttClient> KnownAsync(string thing, params int[] ports)
    {
        MqttClient device = await Gateway.ConnectAsync(thing);
        await device.ReportAsync(thing, Reports.Listening(1, ports));
        return device;
    }

    /// <summary>The machine's clock, which knows on which threads it was asked, and fails once when told to.</summary>
    private sealed class WatchedClock : TimeProvider
    {
        private int _looks;

        /// <summary>Names of the threads that asked for the time, up to their number.</summary>
        public ConcurrentBag<string> Asked { get; } = [];

        public void FailAt(int look) => Volatile.Write(ref _looks, look);

        public override DateTimeOffset GetUtcNow()
        {
            string name = Thread.CurrentThread.Name ?? "";
            if (name.StartsWith(SocketThread, StringComparison.Ordinal))
            {
                name = SocketThread;
                if (Interlocked.Decrement(ref _looks) == 0)
                    throw new InvalidOperationException("poison");
            }

            Asked.Add(name);
            return base.GetUtcNow();
        }
    }
}
