using System.IO;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tls;

/// <summary>A library that makes secure connections.</summary>
internal interface ITlsClient
{
    /// <summary>Its name and version, for log and status.</summary>
    string Name { get; }

    /// <summary>Does the handshake; trust, names and times are checked in it.</summary>
    /// <param name="inner">The connection, owned by the result; on failure it stays the caller's.</param>
    /// <param name="target">Whom to expect.</param>
    /// <param name="cancellationToken">Gives the handshake up.</param>
    /// <exception cref="AuthenticationException">The server is not who it should be, or refuses; the message is one sentence.</exception>
    /// <exception cref="IOException">A file of the options cannot be used, or the connection broke.</exception>
    Task<TlsStream> ConnectAsync(Stream inner, TlsTarget target, CancellationToken cancellationToken);
}
