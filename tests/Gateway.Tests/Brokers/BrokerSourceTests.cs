using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Brokers;
using Defender.Gateway.Ingest;
using Defender.Gateway.Tests.Cli;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Brokers;

/// <summary>Reports from an external broker, and how they are acknowledged there.</summary>
public sealed class BrokerSourceTests : IAsyncLifetime
{
    private readonly BrokerBench _bench = new();

    private ScriptedBroker Broker => _bench.Broker;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task It_asks_for_the_reports_of_all_things_in_a_session_that_is_kept()
    {
        await _bench.StartAsync();

        Assert.Equal("Connect defender-gateway clean=False user= password=", await Broker.AcceptAsync());
        Assert.Equal("Subscribe $aws/things/+/defender/metrics/json", await Broker.NextAsync());
        Assert.Equal("Subscribe $aws/things/+/defender/metrics/cbor", await Broker.NextAsync());
        await _bench.Log.WaitForAsync($"Information: reports come from {Broker.Address}, subscribed to $aws/things/+/defender/metrics/json, $aws/things/+/defender/metrics/cbor");
    }

    [Fact]
    public async Task A_report_is_acknowledged_and_answered_when_it_is_stored()
    {
        await _bench.ConnectAsync();
        await Broker.PublishAsync(Reports.Topic("pump"), "{}"u8.ToArray(), 5);
        await Broker.PublishAsync(Reports.Topic("fan", "cbor"), [0x41], 6);

        ReportRequest first = await _bench.TakeAsync(), second = await _bench.TakeAsync();
        Assert.Equal(["pump Json {}", "fan Cbor A"], new[] { first, second }.Select(BrokerBench.Describe));
        // MQTT-4.6.0-2: acknowledged in the order of arrival, whichever is stored first.
        BrokerBench.Complete(second, isAccepted: false);
        BrokerBench.Complete(first);

        Assert.Equal(
            ["PubAck 5", "PubAck 6", "Publish $aws/things/fan/defender/metrics/cbor/rejected bad", "Publish $aws/things/pump/defender/metrics/json/accepted good"],
            (await NextAsync(4)).Order());
        Assert.Equal(["sent pump $aws/things/pump/defender/metrics/json 2", "sent fan $aws/things/fan/defender/metrics/cbor 1"], _bench.Ledger.Lines);
    }

    [Fact]
    public async Task A_report_that_cannot_be_stored_is_not_acknowledged_and_comes_again()
    {
        await _bench.ConnectAsync();
        await Broker.PublishAsync(Reports.Topic("pump"), "a"u8.ToArray(), 5);
        await Broker.PublishAsync(Reports.Topic("pump"), "b"u8.ToArray(), 6);

        BrokerBench.Complete(await _bench.TakeAsync(), isStored: false);
        BrokerBench.Complete(await _bench.TakeAsync());

        // Nor the one behind it: the order would be lost.
        Assert.Equal(["Disconnect", "end"], await NextAsync(2));
        await _bench.Log.WaitForAsync($"Warning: no reports from {Broker.Address}: a report could not be stored; it is tried again");
        await _bench.AcceptAsync();
        await Broker.PublishAsync(Reports.Topic("pump"), "a"u8.ToArray(), 5);
        BrokerBench.Complete(await _bench.TakeAsync());
        Assert.Contains("PubAck 5", await NextAsync(2));
    }

    [Fact]
    public async Task A_connection_that_is_lost_is_made_again_and_what_was_judged_meanwhile_is_not_acknowledged_there()
    {
        await _bench.ConnectAsync();
        await Broker.PublishAsync(Reports.Topic("pump"), "a"u8.ToArray(), 5);
        ReportRequest request = await _bench.TakeAsync();
        Broker.Drop();
        BrokerBench.Complete(request);

        await _bench.AcceptAsync();
        await _bench.Log.WaitForAsync($"Warning: no reports from {Broker.Address}: ");
        await Broker.PublishAsync(Reports.Topic("pump"), "b"u8.ToArray(), 1);
        BrokerBench.Complete(await _bench.TakeAsync());

        Assert.Equal(["PubAck 1", "Publish $aws/things/pump/defender/metrics/json/accepted good"], await NextAsync(2));
    }

    [Theory]
    [InlineData("$aws/things/pump/shadow/update", false, "it is no report")]
    [InlineData("$aws/things/pump/defender/metrics/json/accepted", false, "it is no report")]
    [InlineData("$aws/things/pump/defender/metrics/json", true, "it is retained: publish reports without RETAIN")]
    public async Task What_is_not_to_be_judged_is_acknowledged_and_told(string topic, bool retain, string reason)
    {
        await _bench.ConnectAsync();

        await Broker.PublishAsync(topic, "{}"u8.ToArray(), 5, retain);

        Assert.Equal("PubAck 5", await Broker.NextAsync());
        Assert.Equal(0, _bench.Mailbox.Count);
        await _bench.Log.WaitForAsync($"Information: a message of {Broker.Address} on {topic} goes nowhere: {reason}");
    }

    [Fact]
    public async Task Other_topics_are_answered_beside_themselves()
    {
        Assert.True(BrokerTopic.TryParse("fleet/{format}/{thing}", out BrokerTopic? topic, out _));
        await _bench.StartAsync(_bench.Options with { Topic = topic, ShareGroup = "defenders" });
        await Broker.AcceptAsync();
        Assert.Equal(["Subscribe $share/defenders/fleet/json/+", "Subscribe $share/defenders/fleet/cbor/+"], await NextAsync(2));

        await Broker.PublishAsync("fleet/cbor/pump", "x"u8.ToArray(), 9);
        ReportRequest request = await _bench.TakeAsync();
        Assert.Equal("pump Cbor x", BrokerBench.Describe(request));
        BrokerBench.Complete(request, isAccepted: false);

        Assert.Equal(["PubAck 9", "Publish fleet/cbor/pump/rejected bad"], await NextAsync(2));
    }

    [Theory]
    [InlineData(ConnectReturnCode.BadUserNameOrPassword, null, "BadUserNameOrPassword (4): give --broker-user and --broker-password-file")]
    [InlineData(ConnectReturnCode.BadUserNameOrPassword, "u", "BadUserNameOrPassword (4): look at --broker-user and --broker-password-file")]
    [InlineData(ConnectReturnCode.NotAuthorized, null, "NotAuthorized (5): give --broker-user or --broker-cert")]
    [InlineData(ConnectReturnCode.NotAuthorized, "u", "NotAuthorized (5): look at --broker-user and --broker-password-file, and at what it allows this client")]
    [InlineData(ConnectReturnCode.IdentifierRejected, null, "IdentifierRejected (2): look at --broker-client-id")]
    public async Task A_refusal_is_logged_once_with_what_to_look_at_and_tried_again(ConnectReturnCode code, string? user, string advice)
    {
        await _bench.StartAsync(_bench.Options with { UserName = user });
        for (int i = 0; i < 3; i++)
            await Broker.AcceptAsync(code);
        await _bench.AcceptAsync();

        await _bench.Log.WaitForAsync("Information: reports come from");
        Assert.Equal($"Warning: no reports from {Broker.Address}: it refuses client defender-gateway with {advice}; it is tried again", _bench.Log.Lines[0]);
        Assert.Equal(2, _bench.Log.Lines.Count);
    }

    [Fact]
    public async Task A_password_comes_from_its_file_anew_with_each_connection()
    {
        using var folder = new Folder();
        string file = folder.Write("password", "secret\n");
        await _bench.StartAsync(_bench.Options with { UserName = "u", PasswordFile = file, ClientId = "g" });
        Assert.Equal("Connect g clean=False user=u password=secret", await Broker.AcceptAsync());

        folder.Write("password", "renewed");
        Broker.Drop();

        Assert.Equal("Connect g clean=False user=u password=renewed", await Broker.AcceptAsync());
    }

    [Fact]
    public async Task Reports_that_are_refused_or_may_be_lost_are_told()
    {
        Broker.Grant = _ => SubAckPacket.Failure;
        await _bench.StartAsync();
        await Broker.AcceptAsync();
        await _bench.Log.WaitForAsync($"Warning: no reports from {Broker.Address}: The server refuses the subscription to '$aws/things/+/defender/metrics/json'.; it is tried again");

        Broker.Grant = _ => 0;
        await Broker.AcceptAsync();
        await _bench.Log.WaitForAsync($"Warning: {Broker.Address} grants QoS 0 for $aws/things/+/defender/metrics/cbor: reports that come while the gateway is away are lost");
    }

    [Fact]
    public async Task Events_that_are_refused_do_not_keep_reports_away()
    {
        Broker.Grant = filter => filter.StartsWith("$SYS", StringComparison.Ordinal) ? SubAckPacket.Failure : (byte)1;
        await _bench.ConnectAsync(_bench.Options with { Events = BrokerEvents.Emqx }, subscriptions: 4);
        await _bench.Log.WaitForAsync($"Warning: {Broker.Address} refuses the subscription to $SYS/brokers/+/clients/+/connected");

        await Broker.PublishAsync(Reports.Topic("pump"), "{}"u8.ToArray(), 5);
        BrokerBench.Complete(await _bench.TakeAsync());

        Assert.Equal("PubAck 5", await Broker.NextAsync());
    }

    [Fact]
    public async Task Events_are_counted_and_acknowledged()
    {
        await _bench.ConnectAsync(_bench.Options with { Events = BrokerEvents.Emqx }, subscriptions: 4);

        await Broker.PublishAsync("$SYS/brokers/n/clients/pump/connected", """{"clientid":"pump","ipaddress":"192.0.2.7"}"""u8.ToArray(), 5);
        Assert.Equal("PubAck 5", await Broker.NextAsync());
        await Broker.PublishAsync("$SYS/brokers/n/clients/pump/connected", "{"u8.ToArray(), 6);
        Assert.Equal("PubAck 6", await Broker.NextAsync());

        Assert.Equal(["open pump 192.0.2.7"], _bench.Ledger.Lines);
        await _bench.Log.WaitForAsync("on $SYS/brokers/n/clients/pump/connected goes nowhere: it is no report");
    }

    [Fact]
    public async Task Answers_that_the_broker_does_not_take_hold_no_report_back()
    {
        const int Reports = BrokerSession.MaxAnswers + 50;
        Broker.TakesAnswers = false;
        await _bench.ConnectAsync();
        Task judging = Task.Run(async () =>
        {
            for (int i = 0; i < Reports; i++)
                BrokerBench.Complete(await _bench.TakeAsync());
        });
        for (int i = 1; i <= Reports; i++)
            await Broker.PublishAsync(Running.Reports.Topic("pump"), "{}"u8.ToArray(), (ushort)i);

        var acknowledged = new List<string>();
        int published = 0;
        while (acknowledged.Count < Reports)
        {
            string packet = await Broker.NextAsync();
            if (packet.StartsWith("PubAck", StringComparison.Ordinal))
                acknowledged.Add(packet);
            else
                published++;
        }

        await judging;
        Assert.Equal(Enumerable.Range(1, Reports).Select(i => $"PubAck {i}"), acknowledged);
        // AWS IoT Core quotas: 100 unacknowledged publishes.
        Assert.True(published <= 100, $"{published} answers were sent unacknowledged");
        await _bench.Log.WaitForAsync($"has not taken the {BrokerSession.MaxAnswers} before it");
    }

    [Fact]
    public async Task At_the_end_what_was_taken_is_stored_and_acknowledged()
    {
        await _bench.ConnectAsync();
        await Broker.PublishAsync(Reports.Topic("pump"), "{}"u8.ToArray(), 5);
        ReportRequest request = await _bench.TakeAsync();

        Task stopping = _bench.StopAsync();
        BrokerBench.Complete(request);
        await stopping;

        Assert.Equal(["PubAck 5", "Publish $aws/things/pump/defender/metrics/json/accepted good", "Disconnect", "end"], await NextAsync(4));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_waited_for()
    {
        BrokerOptions options = _bench.Options;
        await Broker.DisposeAsync();

        await _bench.StartAsync(options);

        string line = await _bench.Log.WaitForAsync($"Warning: no reports from {options.Address}: Connection refused");
        Assert.EndsWith("; it is tried again", line, StringComparison.Ordinal);
    }

    private async Task<string[]> NextAsync(int count)
    {
        var packets = new string[count];
        for (int i = 0; i < count; i++)
            packets[i] = await Broker.NextAsync();
        return packets;
    }
}
