using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Delivery;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>A gateway in memory: takes connections and reports as the test tells it to.</summary>
internal sealed class FakeGateway : IGatewayConnector
{
    private readonly object _gate = new();
    private readonly List<Connection> _connections = [];
    private readonly List<(string Topic, byte[] Payload)> _reports = [];
    private int _attempts;

    public string Endpoint => "mqtt://gateway:1883";

    /// <summary>Whether it can be reached.</summary>
    public volatile bool IsAway;

    /// <summary>Whether it ends the connection on a PUBLISH instead of acknowledging.</summary>
    public volatile bool DropsReports;

    /// <summary>What a PUBLISH is refused with; null takes it.</summary>
    public MqttException? Refuses { get; set; }

    /// <summary>Makes the answer to a report: the payload on accepted or rejected, or null for none.</summary>
    public Func<int, (bool Accepted, byte[] Document)?>? Answers { get; set; }

    public int Attempts => Volatile.Read(ref _attempts);

    public IReadOnlyList<Connection> Connections
    {
        get
        {
            lock (_gate)
                return _connections.ToArray();
        }
    }

    public IReadOnlyList<(string Topic, byte[] Payload)> Reports
    {
        get
        {
            lock (_gate)
                return _reports.ToArray();
        }
    }

    public Task<IGatewayConnection> ConnectAsync(MqttMessageHandler onMessage, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAway)
            throw new MqttException(MqttFailure.Network, "Connection refused.");

        Connection connection = new(this, onMessage);
        lock (_gate)
            _connections.Add(connection);
        return Task.FromResult<IGatewayConnection>(connection);
    }

    private int Take(string topic, ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            _reports.Add((topic, payload.ToArray()));
            return _reports.Count;
        }
    }

    internal sealed class Connection(FakeGateway gateway, MqttMessageHandler onMessage) : IGatewayConnection
    {
        private readonly TaskCompletionSource _completion = new();
        private readonly List<string> _subscriptions = [];
        private string _reportTopic = "";

        public ConnectionFacts Facts => new("192.0.2.1:1883", "5.0", "", "");

        public Task Completion => _completion.Task;

        public IReadOnlyList<string> Subscriptions => _subscriptions;

        public bool IsDisconnected { get; private set; }

        public bool IsDisposed { get; private set; }

        /// <summary>Ends the connection from the gateway's side.</summary>
        public void Drop()
        {
            _completion.TrySetException(new MqttException(MqttFailure.Closed, "The server closed the connection."));
        }

        /// <summary>Sends a message.</summary>
        public void Send(string topic, byte[] payload)
        {
            if (!_completion.Task.IsCompleted)
                onMessage(Encoding.UTF8.GetBytes(topic), payload);
        }

        /// <summary>Sends an answer.</summary>
        public void Answer(bool accepted, byte[] document) => Send(_reportTopic + (accepted ? "/accepted" : "/rejected"), document);

        public Task SubscribeAsync(string topic, CancellationToken cancellationToken)
        {
            _subscriptions.Add(topic);
            return Task.CompletedTask;
        }

        public ValueTask PublishAsync(ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
        {
            _reportTopic = Encoding.UTF8.GetString(topic.Span);
            if (gateway.Refuses is { } refusal)
                throw refusal;
            int number = gateway.Take(_reportTopic, payload);
            if (gateway.DropsReports)
            {
                Drop();
                return new ValueTask(Completion);
            }

            if (gateway.Answers?.Invoke(number) is { } answer)
                Answer(answer.Accepted, answer.Document);
            return default;
        }

        public Task DisconnectAsync(CancellationToken cancellationToken)
        {
            IsDisconnected = true;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }
}
