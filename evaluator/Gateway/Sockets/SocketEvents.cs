using System;

namespace Defender.Gateway.Sockets;

/// <summary>What epoll watches for and tells. The kernel's numbers.</summary>
[Flags]
internal enum SocketEvents : uint
{
    None = 0,

    /// <summary>EPOLLIN: bytes, or a client to accept.</summary>
    Readable = 0x1,

    /// <summary>EPOLLOUT: room for bytes.</summary>
    Writable = 0x4,

    /// <summary>EPOLLERR.</summary>
    Failed = 0x8,

    /// <summary>EPOLLHUP: both sides have ended.</summary>
    HungUp = 0x10,

    /// <summary>EPOLLRDHUP: the peer sends no more.</summary>
    PeerEnded = 0x2000,

    /// <summary>EPOLLET: tells what changes, once, not what is.</summary>
    OnChange = 0x80000000,

    /// <summary>What tells that no more bytes will follow those that are there.</summary>
    Ended = Failed | HungUp | PeerEnded,
}
