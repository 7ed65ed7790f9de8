using System.Net;
using System.Text;
using Defender.Gateway.Brokers;
using Defender.Gateway.Brokers.Events;
using Xunit;

namespace Defender.Gateway.Tests.Brokers.Events;

/// <summary>What is counted of the events that brokers publish.</summary>
public sealed class BrokerClientsTests
{
    private readonly RecordingLedger _ledger = new();

    [Fact]
    public void Connections_open_and_close()
    {
        var clients = new BrokerClients(_ledger);

        clients.Take(Event(ClientEventType.Connected, "pump"));
        clients.Sent("pump", "t", 3);
        clients.Take(Event(ClientEventType.Disconnected, "pump"));
        clients.Take(Event(ClientEventType.Disconnected, "pump"));
        clients.Take(Event(ClientEventType.Refused, "fan"));
        clients.Sent("other", "t", 4);

        Assert.Equal(["open pump 192.0.2.7", "sent pump t 3", "closed pump", "refused fan 192.0.2.7", "sent other t 4"], _ledger.Lines);
    }

    [Fact]
    public void Events_may_come_twice_and_out_of_order()
    {
        var clients = new BrokerClients(_ledger);

        clients.Take(Event(ClientEventType.Connected, "pump", "1"));
        clients.Take(Event(ClientEventType.Connected, "pump", "1"));
        clients.Take(Event(ClientEventType.Connected, "pump", "2"));
        clients.Take(Event(ClientEventType.Disconnected, "pump", "1"));
        clients.Take(Event(ClientEventType.Disconnected, "pump", "2"));

        Assert.Equal(["open pump 192.0.2.7", "closed pump", "open pump 192.0.2.7", "closed pump"], _ledger.Lines);
    }

    [Fact]
    public void A_connection_that_was_taken_over_ends_once()
    {
        var clients = new BrokerClients(_ledger);

        clients.Take(Event(ClientEventType.Connected, "pump"));
        clients.Take(Event(ClientEventType.Connected, "pump"));
        clients.Take(Event(ClientEventType.TakenOver, "pump"));

        Assert.Equal(["open pump 192.0.2.7", "closed pump", "open pump 192.0.2.7"], _ledger.Lines);
    }

    [Fact]
    public void The_table_is_bounded()
    {
        var clients = new BrokerClients(_ledger, maxClients: 1);

        clients.Take(Event(ClientEventType.Connected, "a"));
        clients.Take(Event(ClientEventType.Connected, "b"));
        clients.Take(Event(ClientEventType.Disconnected, "b"));
        clients.Take(Event(ClientEventType.Disconnected, "a"));
        clients.Take(Event(ClientEventType.Connected, "b"));

        Assert.Equal(["open a 192.0.2.7", "closed a", "open b 192.0.2.7"], _ledger.Lines);
    }

    [Theory]
    // EMQX: System Topic.
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/connected", """{"clientid":"pump","ipaddress":"192.0.2.7","connack":0,"ts":1}""", "Connected pump 192.0.2.7 ")]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/connected", """{"clientid":"pump","ipaddress":"[2001:db8::1]:1883"}""", "Connected pump 2001:db8::1 ")]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/disconnected", """{"clientid":"pump","reason":"tcp_closed"}""", "Disconnected pump  ")]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/disconnected", """{"clientid":"pump","reason":"takenover"}""", "TakenOver pump  ")]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/disconnected", """{"clientid":"pump","reason":"discarded"}""", "TakenOver pump  ")]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/subscribed", """{"clientid":"pump"}""", null)]
    [InlineData(BrokerEvents.Emqx, "x/connected", """{"clientid":"pump"}""", null)]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/connected", """{"clientid":1}""", null)]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/connected", """{"clientid":""}""", null)]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/connected", "[]", null)]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/connected", "", null)]
    [InlineData(BrokerEvents.Emqx, "$SYS/brokers/n@h/clients/pump/connected", """[[[[[[[[[[[""", null)]
    // AWS IoT Core: Lifecycle events.
    [InlineData(BrokerEvents.Aws, "$aws/events/presence/connected/pump", """{"clientId":"pump","ipAddress":"192.0.2.7","sessionIdentifier":"s","versionNumber":0}""", "Connected pump 192.0.2.7 s")]
    [InlineData(BrokerEvents.Aws, "$aws/events/presence/disconnected/pump", """{"clientId":"pump","sessionIdentifier":"s","clientInitiatedDisconnect":true}""", "Disconnected pump  s")]
    [InlineData(BrokerEvents.Aws, "$aws/events/presence/connect_failed/a/b", """{"clientId":"a/b","ipAddress":"nowhere"}""", "Refused a/b  ")]
    [InlineData(BrokerEvents.Aws, "$aws/events/presence/other/pump", """{"clientId":"pump"}""", null)]
    [InlineData(BrokerEvents.Aws, "$aws/events/presence/connected/pump", """{"clientid":"pump"}""", null)]
    [InlineData(BrokerEvents.None, "$aws/events/presence/connected/pump", """{"clientId":"pump"}""", null)]
    public void Events_are_read(object kind, string topic, string payload, string? expected)
    {
        bool isEvent = ClientEventReader.TryRead((BrokerEvents)kind, topic, Encoding.UTF8.GetBytes(payload), out ClientEvent? found);

        Assert.Equal(expected is not null, isEvent);
        Assert.Equal(expected, found is null ? null : $"{found.Type} {found.ClientId} {found.Source} {found.Session}");
    }

    [Fact]
    public void An_event_is_bounded()
    {
        string payload = $$"""{"clientId":"pump","x":"{{new string('x', ClientEventReader.MaxBytes)}}"}""";

        Assert.False(ClientEventReader.TryRead(BrokerEvents.Aws, "$aws/events/presence/connected/pump", Encoding.UTF8.GetBytes(payload), out _));
    }

    private static ClientEvent Event(ClientEventType type, string clientId, string? session = null) => new(type, clientId, IPAddress.Parse("192.0.2.7"), session);
}
