using System;
using System.Net;
using Defender.Gateway.CloudMetrics;

namespace Defender.Gateway.Brokers.Events;

/// <summary>Counts the clients of an external broker as those of the gateway's own endpoint are.</summary>
internal sealed class BrokerLedger(ClientLedger ledger) : IBrokerLedger
{
    /// <inheritdoc/>
    public IBrokerClient Open(string clientId, IPAddress? source) => new Client(ledger.Open(clientId, source));

    /// <inheritdoc/>
    public IBrokerClient Get(string clientId) => new Client(ledger.Notice(clientId));

    /// <inheritdoc/>
    public void Refused(string clientId, IPAddress? source) => ledger.Refused(clientId, source, unauthorized: true);

    private sealed class Client(ClientCounters counters) : IBrokerClient
    {
        public void Sent(ReadOnlySpan<byte> topic, int payloadBytes) => counters.Sent(topic, payloadBytes);

        public void Closed() => counters.Closed();
    }
}
