using System.Collections.Generic;

namespace Defender.Gateway.Admin;

/// <summary>The clients that are connected, for operators. Thread-safe.</summary>
internal interface IClientDirectory
{
    /// <summary>A page of them in ordinal order of their client ids; each call holds up the endpoint for no more than that.</summary>
    /// <param name="after">Only those behind this client id; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<ClientView> Clients(string? after, int limit);

    /// <summary>The client of an id; null where it is not connected.</summary>
    ClientView? Client(string clientId);
}
