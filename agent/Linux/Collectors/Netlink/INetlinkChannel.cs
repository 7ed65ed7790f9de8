using System;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>A netlink socket.</summary>
internal interface INetlinkChannel : IDisposable
{
    /// <summary>The address the kernel answers to: the sender's id in its replies.</summary>
    uint PortId { get; }

    /// <summary>Takes a new socket in place of this one, and with it leaves whatever the kernel still had to say.</summary>
    /// <returns>False when none is to be had; this one then stays.</returns>
    bool TryRenew();

    /// <summary>Sends one request.</summary>
    /// <exception cref="SystemCallException">The kernel did not take it.</exception>
    void Send(ReadOnlySpan<byte> request);

    /// <summary>Receives one datagram, which the kernel has ready as soon as a request was taken.</summary>
    /// <returns>Its length, which is more than <paramref name="buffer"/> holds when it was cut off.</returns>
    /// <exception cref="SystemCallException">None came (EAGAIN after two seconds), or some were lost (ENOBUFS).</exception>
    int Receive(Span<byte> buffer);

    /// <summary>Takes one datagram that waits, if any.</summary>
    /// <returns>False when none waits.</returns>
    /// <exception cref="SystemCallException">Some were lost (ENOBUFS).</exception>
    bool TryTake(Span<byte> buffer);
}
