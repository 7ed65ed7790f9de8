using System.Security.Authentication;

namespace Defender.Agent.Linux.Tls;

/// <summary>There is no secure connection, and why.</summary>
internal sealed class TlsException(TlsRefusal refusal, string message) : AuthenticationException(message)
{
    public TlsRefusal Refusal { get; } = refusal;
}
