using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Tests.Running;
using Xunit;
using Xunit.Abstractions;
using static Defender.Gateway.Tests.CloudMetrics.CloudBench;

namespace Defender.Gateway.Tests.CloudMetrics;

public sealed class ClientLedgerTests(ITestOutputHelper output) : IAsyncLifetime
{
    private CloudBench _bench = null!;

    public async Task InitializeAsync() =>
        _bench = await StartAsync(options => options with { MaxTrackedClients = 3, MaxUnregisteredClients = 2 });

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public void A_client_id_has_the_same_counters_over_its_connections()
    {
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Closed();

        Assert.Same(client, _bench.Ledger.Open("pump-17", null));
        Assert.NotSame(client, _bench.Ledger.Open("Pump-17", null));
    }

    [Fact]
    public async Task Strangers_push_out_strangers_that_were_away_longest_and_never_a_thing()
    {
        _bench.Register("pump-17");
        _bench.Ledger.Open("pump-17", null).Closed();
        _bench.Ledger.Open("connected", null);
        _bench.Ledger.Open("away", null).Closed();
        for (int i = 0; i < 50; i++)
            _bench.Ledger.Refused($"stranger-{i}", null, unauthorized: true);

        Assert.Equal(["connected", "pump-17", "stranger-49"], Known());
        Assert.Equal(50, _bench.Ledger.PushedOut);
        await _bench.Log.WaitForAsync("Warning: more than 2 unregistered clients", "--max-unregistered-clients");
        Assert.Single(_bench.Log.Lines, line => line.Contains("unregistered clients", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_all_are_connected_the_first_one_goes_and_counts_nowhere_any_more()
    {
        ClientCounters first = _bench.Ledger.Open("first", null);
        _bench.Ledger.Open("second", null);
        _bench.Ledger.Open("third", null);
        first.Sent("t"u8, 1);
        first.Closed();

        Assert.Equal(["second", "third"], Known());
        Assert.NotSame(first, _bench.Ledger.Open("first", null));
    }

    [Fact]
    public void Who_was_heard_again_is_not_the_one_that_was_away_longest()
    {
        _bench.Ledger.Open("a", null).Closed();
        _bench.Ledger.Open("b", null).Closed();
        _bench.Ledger.Refused("a", null, unauthorized: false);
        _bench.Ledger.Open("c", null);

        Assert.Equal(["a", "c"], Known());
    }

    [Fact]
    public async Task A_client_that_is_registered_later_moves_to_the_things_at_the_end_of_the_period()
    {
        _bench.Ledger.Open("pump-17", null);
        _bench.Register("pump-17");
        await _bench.NextPeriodAsync();
        for (int i = 0; i < 10; i++)
            _bench.Ledger.Open($"stranger-{i}", null);

        Assert.Contains("pump-17", Known());
        Assert.Equal(3, _bench.Ledger.Count);
    }

    [Fact]
    public async Task Who_only_tried_is_forgotten_when_it_tries_no_more()
    {
        _bench.Ledger.Refused("intruder", null, unauthorized: true);
        await _bench.NextPeriodAsync(3);

        Assert.Empty(Known());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u0001b")]
    public void What_can_be_no_thing_is_not_counted(string clientId)
    {
        _bench.Ledger.Refused(clientId, null, unauthorized: true);
        _bench.Ledger.Open(clientId, null).Sent("t"u8, 1);

        Assert.Equal(0, _bench.Ledger.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_period_of_many_idle_clients_is_cheap(bool isWanted)
    {
        int clients = isWanted ? 10_000 : 100_000;
        await using CloudBench bench = await StartAsync(options => options with { MaxUnregisteredClients = clients });
        if (isWanted)
            bench.Attach([AtMost("aws:num-messages-sent", 5)]);
        for (int i = 0; i < clients; i++)
            bench.Ledger.Open($"pump-{i}", null);
        await bench.NextPeriodAsync();
        int commits = bench.Store.Commits;
        var watch = Stopwatch.StartNew();
        await bench.NextPeriodAsync();
        watch.Stop();

        output.WriteLine($"{clients} clients, {(isWanted ? "judged" : "nothing wanted")}: {watch.Elapsed.TotalMilliseconds:F0} ms, {bench.Store.Commits - commits} commits");
        Assert.InRange(bench.Store.Commits - commits, isWanted ? clients / 256 : 0, isWanted ? (clients / 256) + 2 : 0);
        Assert.Equal(isWanted ? 2 : 0, bench.Counts("pump-77", BuiltInMetrics.NumMessagesSent).Length);
        Assert.True(watch.Elapsed < TestGateway.Deadline);
    }

    private string[] Known()
    {
        List<ClientCounters> clients = [];
        _bench.Ledger.CopyTo(clients);
        return [.. clients.Select(client => client.ClientId).Order()];
    }
}
