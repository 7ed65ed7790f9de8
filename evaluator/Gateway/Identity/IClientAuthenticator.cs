using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Identity;

/// <summary>Says who a client is. Thread-safe.</summary>
internal interface IClientAuthenticator
{
    /// <summary>Raised, on any thread, with the principals whose identities do not stand any more: their sessions end.</summary>
    event Action<IReadOnlySet<string>> Withdrawn;

    /// <summary>
    /// Whether an identity still stands: for a session that was not yet known to those who listen to <see cref="Withdrawn"/> when
    /// it was found out.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    bool Stands(ClientIdentity identity);

    /// <summary>Finds out who sent a CONNECT.</summary>
    /// <param name="connection">What it came over.</param>
    /// <param name="clientId">For logs.</param>
    /// <param name="userName">UTF-8; null when there is none, which is not the empty one.</param>
    /// <param name="password">Any bytes; null when there is none, which is not the empty one.</param>
    /// <param name="cancellationToken">Ends the wait when the connection does.</param>
    ValueTask<AuthenticationOutcome> AuthenticateAsync(
        ConnectionContext connection, string clientId, byte[]? userName, byte[]? password, CancellationToken cancellationToken);
}
