using System;
using System.Buffers;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>What is judged, stored, printed and acknowledged, in this order, and what happens when a step fails.</summary>
public sealed class ReportOwnerTests
{
    [Fact]
    public async Task Nothing_is_acknowledged_or_printed_before_it_is_stored()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(openStore: directory => store = new FaultyStore(directory));
        await using MqttClient device = await gateway.ConnectAsync("pump-17");
        await device.ListenForAnswersAsync("pump-17");
        store!.Hold();

        Task acknowledged = device.ReportAsync("pump-17", Reports.Listening(1, 2323));
        Assert.True(store.AtGate.Wait(TestGateway.Deadline));
        Assert.False(acknowledged.IsCompleted);
        Assert.False(device.Messages.TryPeek(out _));
        Assert.Empty(gateway.Output.Lines);

        store.Gate.Set();
        await acknowledged;
        Assert.Equal("accepted", (await device.NextAsync()).Kind);
        await gateway.Output.WaitForAsync("in-alarm", "no-telnet-2323");
    }

    [Fact]
    public async Task A_report_that_cannot_be_stored_is_not_acknowledged_and_judged_afresh_when_it_comes_again()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(openStore: directory => store = new FaultyStore(directory));
        byte[] report = Reports.Listening(1, 2323);
        store!.IsFull = true;
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
            await Assert.ThrowsAsync<MqttException>(() => device.ReportAsync("pump-17", report));
        await gateway.Log.WaitForAsync("Error: storing 1 reports failed", "disk is full");
        Assert.Empty(gateway.Output.Lines);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await gateway.GetStatusAsync("/readyz"));
        Assert.Equal(HttpStatusCode.OK, await gateway.GetStatusAsync("/healthz"));

        store.IsFull = false;
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
            await device.ReportAsync("pump-17", report);

        // Had the first judgement stayed, the same bytes would be a repeat and the alarm open already.
        await gateway.Output.WaitForAsync("in-alarm", "no-telnet-2323");
        Assert.Equal(HttpStatusCode.OK, await gateway.GetStatusAsync("/readyz"));
    }

    [Fact]
    public async Task A_thing_that_cannot_be_judged_fails_alone_within_its_batch()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(openStore: directory => store = new FaultyStore(directory) { Poisoned = "poisoned" });
        string[] things = ["first", "poisoned", "second", "third"];
        MqttClient[] devices = [.. await Task.WhenAll(things.Append("opener").Select(thing => gateway.ConnectAsync(thing)))];

        // While the opener's commit waits, the others gather into one batch.
        store!.Hold();
        Task opened = devices[^1].ReportAsync("opener", Reports.Listening(1));
        Assert.True(store.AtGate.Wait(TestGateway.Deadline));
        Task[] sent = [.. things.Select((thing, i) => devices[i].ReportAsync(thing, Reports.Listening(1, 2323)))];
        store.Gate.Set();

        await opened;
        await Assert.ThrowsAsync<MqttException>(() => sent[1]);
        await Task.WhenAll(sent[0], sent[2], sent[3]);
        await gateway.Log.WaitForAsync("Error: judging thing poisoned failed", "poison");
        foreach (string thing in new[] { "first", "second", "third" })
            await gateway.Output.WaitForAsync($" thing={thing} ", "no-telnet-2323");

        // And once more, when the trouble is over.
        store.Poisoned = null;
        await using (MqttClient device = await gateway.ConnectAsync("poisoned"))
            await device.ReportAsync("poisoned", Reports.Listening(1, 2323));
        await gateway.Output.WaitForAsync(" thing=poisoned ", "no-telnet-2323");
        foreach (MqttClient device in devices)
            await device.DisposeAsync();
    }

    [Fact]
    public async Task A_thing_whose_stored_state_is_damaged_starts_anew()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(openStore: directory => store = new FaultyStore(directory));
        var damaged = new StoreBatch();
        // A time of admission that does not exist, in front of a state that is whole.
        byte[] state = new ThingRecord("pump-17").Write(new ArrayBufferWriter<byte>()).ToArray();
        state.AsSpan(1, sizeof(long)).Fill(0xFF);
        damaged.ThingStates.Add(new ThingStateRow("pump-17", state, InAlarm: true, DateTimeOffset.UnixEpoch));
        store!.Commit(damaged);
        await using MqttClient device = await gateway.ConnectAsync("pump-17");

        await device.ReportAsync("pump-17", Reports.Listening(1, 2323));

        await gateway.Output.WaitForAsync("in-alarm", " thing=pump-17 ");
        await gateway.Log.WaitForAsync("Warning: the stored state of thing pump-17", "damaged");
    }

    [Fact]
    public async Task The_sweep_heals_a_damaged_state_that_is_listed_as_in_alarm()
    {
        FaultyStore? store = null;
        var clock = new ManualTime();
        await using TestGateway gateway = await TestGateway.StartAsync(clock: clock, openStore: directory => store = new FaultyStore(directory));
        var damaged = new StoreBatch();
        damaged.ThingStates.Add(new ThingStateRow("pump-17", new byte[3], InAlarm: true, DateTimeOffset.UnixEpoch));
        store!.Commit(damaged);

        clock.Advance(TimeSpan.FromMinutes(1));
        await gateway.Log.WaitForAsync("Warning: the stored state of thing pump-17");
        await using MqttClient device = await gateway.ConnectAsync("pump-18");
        await device.ReportAsync("pump-18", Reports.Listening(1));

        Assert.Empty(store.ListThingsInAlarm());
    }

    [Fact]
    public async Task Two_days_of_silence_void_every_alarm_of_a_fleet()
    {
        const int Things = 600;
        var clock = new ManualTime();
        await using TestGateway gateway = await TestGateway.StartAsync(clock: clock);
        await using (MqttClient fleet = await gateway.ConnectAsync("fleet"))
            await Task.WhenAll(Enumerable.Range(0, Things).Select(i => fleet.ReportAsync($"pump-{i}", Reports.Listening(1, 2323))));
        await gateway.Output.WaitForAsync($"thing=pump-{Things - 1} ", "no-telnet-2323");

        clock.Advance(TimeSpan.FromDays(2));
        await using (MqttClient device = await gateway.ConnectAsync("pump-0"))
            await device.ReportAsync("pump-0", Reports.Listening(2, 2323));
        Assert.DoesNotContain(gateway.Output.Lines, line => line.Contains("alarm-invalidated", StringComparison.Ordinal));

        // More than one batch's worth: the sweep goes on by itself.
        clock.Advance(TimeSpan.FromMinutes(1));
        await Task.WhenAll(Enumerable.Range(1, Things - 1).Select(i => gateway.Output.WaitForAsync("alarm-invalidated", $"thing=pump-{i} ")));
        Assert.DoesNotContain(gateway.Output.Lines, line => line.Contains("alarm-invalidated thing=pump-0 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reports_of_a_thing_are_judged_in_the_order_they_were_sent()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient device = await gateway.ConnectAsync("pump-17");
        await device.ListenForAnswersAsync("pump-17");

        Task[] sent = [.. Enumerable.Range(1, 100).Select(id => device.ReportAsync("pump-17", Reports.Listening(id, id % 2 == 1 ? [2323] : [])))];
        for (int id = 1; id <= 100; id++)
            Assert.Equal(id, (await device.NextJsonAsync()).GetProperty("reportId").GetInt32());
        await Task.WhenAll(sent);

        await gateway.Log.WaitForAsync("report 100 of thing pump-17 accepted");
        while (gateway.Output.Lines.Count < 100)
            await Task.Yield();
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? "in-alarm" : "alarm-cleared"),
            gateway.Output.Lines.Select(line => line.Split(' ')[1]));
    }

    [Fact]
    public async Task What_a_device_sent_before_it_hung_up_is_judged()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(openStore: directory => store = new FaultyStore(directory));
        store!.Hold();
        using (RawPeer device = await gateway.OpenAsync())
        {
            await device.ConnectAsync("pump-17");
            await device.SendAsync(RawPeer.Publish(Reports.Topic("pump-17"), Reports.Listening(1)));
            Assert.True(store.AtGate.Wait(TestGateway.Deadline));
            await device.SendAsync(RawPeer.Publish(Reports.Topic("pump-17"), Reports.Listening(2, 2323)), [0xE0, 0]);
        }

        // By the time later connections were served, the gateway knows that this one is closed.
        for (int i = 0; i < 20; i++)
            await (await gateway.ConnectAsync("later")).DisposeAsync();
        store.Gate.Set();

        await gateway.Output.WaitForAsync("in-alarm", "no-telnet-2323");
        await gateway.Log.WaitForAsync("client pump-17", "it said DISCONNECT");
    }
}
