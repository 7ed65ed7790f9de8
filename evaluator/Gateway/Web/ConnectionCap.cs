using System.Threading;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Web;

/// <summary>Closes the connections that come while a listener has as many as it may: each holds memory before it is known whose it is.</summary>
/// <param name="maxConnections">At most so many at once.</param>
internal sealed class ConnectionCap(int maxConnections)
{
    /// <summary>Of the HTTP port: far more than scripts and pages open, and 20 MB of request buffers while they are slow.</summary>
    public const int DefaultMaxConnections = 1024;

    private int _connections;

    /// <summary>The connection's handling with the cap in front of it.</summary>
    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref _connections) > maxConnections)
                connection.Abort(new ConnectionAbortedException("too many connections"));
            else
                await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    };
}
