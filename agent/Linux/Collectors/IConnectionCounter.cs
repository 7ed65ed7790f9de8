namespace Defender.Agent.Linux.Collectors;

/// <summary>The kernel's own counter of TCP connections in this network namespace.</summary>
internal interface IConnectionCounter
{
    /// <summary>Connections in ESTABLISHED or CLOSE_WAIT; null where it cannot be read.</summary>
    int? TryRead();
}
