using System;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>Requests for tables of sockets (include/uapi/linux/sock_diag.h, inet_diag.h).</summary>
internal static class SocketRequest
{
    /// <summary>TCPDIAG_GETSOCK: older than the other, and the only one that lists IPv4 and IPv6 in one walk over the table.</summary>
    public const ushort AnyFamily = 18;

    /// <summary>SOCK_DIAG_BY_FAMILY.</summary>
    public const ushort ByFamily = 20;

    public const int AnyFamilyBytes = 60;
    public const int ByFamilyBytes = 56;

    /// <summary>struct inet_diag_req: family, two prefix lengths, extensions; an id of 48 bytes; states; a field not used.</summary>
    public static void WriteAnyFamily(Span<byte> body, uint states)
    {
        body[..AnyFamilyBytes].Clear();
        body[0] = Libc.Internet;
        BitConverter.TryWriteBytes(body[52..], states);
    }

    /// <summary>struct inet_diag_req_v2: family, protocol, extensions, padding; states; an id of 48 bytes.</summary>
    public static void WriteByFamily(Span<byte> body, int family, int protocol, uint states)
    {
        body[..ByFamilyBytes].Clear();
        body[0] = (byte)family;
        body[1] = (byte)protocol;
        BitConverter.TryWriteBytes(body[4..], states);
    }
}
