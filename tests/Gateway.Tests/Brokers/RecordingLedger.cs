using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using Defender.Gateway.Brokers.Events;

namespace Defender.Gateway.Tests.Brokers;

/// <summary>Writes down what is counted.</summary>
internal sealed class RecordingLedger : IBrokerLedger
{
    public List<string> Lines { get; } = [];

    public IBrokerClient Open(string clientId, IPAddress? source)
    {
        Lines.Add($"open {clientId} {source}");
        return new Client(this, clientId);
    }

    public IBrokerClient Get(string clientId) => new Client(this, clientId);

    public void Refused(string clientId, IPAddress? source) => Lines.Add($"refused {clientId} {source}");

    private sealed class Client(RecordingLedger ledger, string clientId) : IBrokerClient
    {
        public void Sent(ReadOnlySpan<byte> topic, int payloadBytes) => ledger.Lines.Add($"sent {clientId} {Encoding.UTF8.GetString(topic)} {payloadBytes}");

        public void Closed() => ledger.Lines.Add($"closed {clientId}");
    }
}
