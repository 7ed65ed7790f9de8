using System;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Mqtt;

/// <summary>Runs one session for each connection that Kestrel accepts on the MQTT port.</summary>
internal sealed class MqttConnectionHandler(
    MqttEndpoint endpoint, ReportMailbox mailbox, TimeProvider timeProvider, ILogger<MqttConnectionHandler> logger, LogBudget budget)
    : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (!endpoint.TryEnter())
        {
            if (budget.TryTake(LogSubject.Connection, out string leftOut))
                logger.ClientClosed($"{connection.RemoteEndPoint}", "too many are connected", leftOut);
            return;
        }

        try
        {
            await ServeAsync(connection).ConfigureAwait(false);
        }
        finally
        {
            endpoint.Leave();
        }
    }

    private async Task ServeAsync(ConnectionContext connection)
    {
        await using var session = new MqttSession(connection, endpoint, mailbox, timeProvider);
        try
        {
            string reason = await session.RunAsync().ConfigureAwait(false);
            if (!session.WasRefused)
                logger.ClientLeft(session.Name, reason);
            else if (budget.TryTake(LogSubject.Connection, out string leftOut))
                logger.ClientClosed(session.Name, reason, leftOut);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One client's trouble is never another's.
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.SessionFailed(error, session.Name, leftOut);
        }
    }
}
