namespace Defender.Agent.Linux.Tls;

/// <summary>The outcome of one call of libssl.</summary>
/// <param name="Count">Bytes read or written; 1 for a handshake that is done; 0 when more has to be received first.</param>
/// <param name="IsClosed">The other side has sent close_notify.</param>
/// <param name="HasPending">Records wait to be sent, also after a failure: the alert tells the server why.</param>
/// <param name="Failure">Why the session is over; null while it is not.</param>
internal readonly record struct OpenSslStep(int Count, bool IsClosed, bool HasPending, TlsException? Failure);
