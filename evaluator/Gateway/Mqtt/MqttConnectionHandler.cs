using System;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Mqtt;

/// <summary>Runs one session for each connection that Kestrel accepts on the MQTT port.</summary>
internal sealed class MqttConnectionHandler(
    MqttEndpoint endpoint, ReportMailbox mailbox, TimeProvider timeProvider, ILogger<MqttConnectionHandler> logger, PeerLogBudget budget)
    : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var session = new MqttSession(connection, endpoint, mailbox, timeProvider);
        string reason;
        try
        {
            reason = await session.RunAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One client's trouble is never another's.
            logger.SessionFailed(error, session.Name);
            return;
        }

        if (session.WasRefused)
        {
            if (budget.TryTake(out string leftOut))
                logger.ClientClosed(session.Name, reason, leftOut);
        }
        else
        {
            logger.ClientLeft(session.Name, reason);
        }
    }
}
