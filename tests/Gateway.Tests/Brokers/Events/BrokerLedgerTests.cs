using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Brokers.Events;
using Defender.Gateway.Tests.CloudMetrics;
using Xunit;

namespace Defender.Gateway.Tests.Brokers.Events;

/// <summary>Cloud-side metrics of the clients of an external broker.</summary>
public sealed class BrokerLedgerTests : IAsyncLifetime
{
    private CloudBench _bench = null!;
    private BrokerClients _clients = null!;

    public async Task InitializeAsync()
    {
        _bench = await CloudBench.StartAsync();
        _clients = new BrokerClients(new BrokerLedger(_bench.Ledger));
        _bench.Attach(
        [
            CloudBench.AtMost("aws:num-messages-sent", 1), CloudBench.AtMost("aws:num-connection-attempts", 2), CloudBench.AtMost("aws:num-disconnects", 0),
            CloudBench.AtMost("aws:num-authorization-failures", 0),
        ]);
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Reports_are_messages_also_where_the_broker_tells_of_no_connection()
    {
        _clients.Sent("pump", "fleet/pump", 10);
        _clients.Sent("pump", "fleet/pump", 10);
        await _bench.NextPeriodAsync();
        _clients.Sent("pump", "fleet/pump", 10);
        await _bench.NextPeriodAsync();

        Assert.Equal(["in-alarm", "alarm-cleared"], _bench.EventsOf("pump").Select(row => row.Type));
        Assert.Equal([2, 1], _bench.Counts("pump", BuiltInMetrics.NumMessagesSent));
        Assert.Equal([0, 0], _bench.Counts("pump", BuiltInMetrics.NumConnectionAttempts));
    }

    [Fact]
    public async Task Events_count_attempts_disconnects_and_failures()
    {
        var address = IPAddress.Parse("192.0.2.7");
        _clients.Take(new ClientEvent(ClientEventType.Connected, "pump", address, "1"));
        _clients.Take(new ClientEvent(ClientEventType.Connected, "pump", address, "2"));
        _clients.Take(new ClientEvent(ClientEventType.Refused, "pump", address, null));
        _clients.Sent("pump", "fleet/pump", 10);
        await _bench.NextPeriodAsync();

        Assert.Equal([3], _bench.Counts("pump", BuiltInMetrics.NumConnectionAttempts));
        Assert.Equal([1], _bench.Counts("pump", BuiltInMetrics.NumDisconnects));
        Assert.Equal([1], _bench.Counts("pump", BuiltInMetrics.NumAuthorizationFailures));
        Assert.Equal([1], _bench.Counts("pump", BuiltInMetrics.NumMessagesSent));
    }
}
