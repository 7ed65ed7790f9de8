using System;
using System.Text;
using Defender.Gateway.Admin;
using Defender.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>
/// Sees every connection's end, every denied operation and every message not taken: has each counted by reason, logs within a
/// budget, and keeps what operators ask for. Thread-safe.
/// </summary>
internal sealed class EndpointWatch(MqttMetrics metrics, RejectLog rejects, LogBudget budget, TimeProvider timeProvider, ILogger<EndpointWatch> logger)
{
    /// <summary>What the endpoint counts.</summary>
    public MqttMetrics Metrics => metrics;

    /// <summary>A connection has ended, or was refused.</summary>
    public void Ended(string client, Ending ending)
    {
        metrics.ConnectionEnded(ending.End);
        if (!ending.IsRefusal)
            logger.ClientLeft(client, ending.Reason);
        else if (budget.TryTake(LogSubject.Connection, out string leftOut))
            logger.ClientClosed(client, ending.Reason, leftOut);
    }

    /// <summary>A connection has ended through a fault of ours.</summary>
    public void Failed(string client, Exception error)
    {
        metrics.ConnectionFailed();
        if (budget.TryTake(LogSubject.Failure, out string leftOut))
            logger.SessionFailed(error, client, leftOut);
    }

    /// <summary>A client's policies have denied it an operation.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="name">What logs call it.</param>
    /// <param name="operation">AWS's name of it, like <c>iot:Publish</c>.</param>
    /// <param name="topic">The topic or filter; empty for <c>iot:Connect</c>.</param>
    /// <param name="bytes">Size of the payload; 0 where there is none.</param>
    public void Denied(string clientId, string name, string operation, ReadOnlySpan<byte> topic, int bytes)
    {
        metrics.AuthorizationFailure();
        rejects.NotAuthorized(Encoding.UTF8.GetBytes(clientId), operation, topic, bytes, timeProvider.GetUtcNow());
        // Who may not connect is closed, and that line of the log says why.
        if (!topic.IsEmpty && budget.TryTake(LogSubject.Denial, out string leftOut))
            logger.OperationDenied(name, operation, Printable.Name(topic), leftOut);
    }
}
