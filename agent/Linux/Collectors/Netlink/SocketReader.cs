using System;
using System.Buffers.Binary;
using System.IO;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>Reads rows of a table of sockets: struct inet_diag_msg of include/uapi/linux/inet_diag.h.</summary>
internal sealed class SocketReader : IDumpReader
{
    private const int RowBytes = 72;
    private const int StateOffset = 1;
    private const int LocalPortOffset = 4;
    private const int RemotePortOffset = 6;
    private const int LocalOffset = 8;
    private const int RemoteOffset = 24;
    private const int InterfaceOffset = 40;

    private SocketRowVisitor? _visit;
    private bool _listenersOnly;
    private int _pauseAfter;

    /// <summary>Established connections seen.</summary>
    public int Established { get; private set; }

    /// <summary>Connections seen that the peer has closed.</summary>
    public int CloseWait { get; private set; }

    /// <summary>The remote addresses that most of the connections visited have, since <see cref="Start"/> counted them.</summary>
    public FrequentAddresses Frequent { get; } = new();

    /// <param name="visit">Takes each row.</param>
    /// <param name="listenersOnly">Whether connections are counted only.</param>
    /// <param name="pauseAfter">Established connections after which the dump is to pause.</param>
    public void Start(SocketRowVisitor visit, bool listenersOnly = false, int pauseAfter = int.MaxValue)
    {
        Established = 0;
        CloseWait = 0;
        _visit = visit;
        _listenersOnly = listenersOnly;
        _pauseAfter = pauseAfter;
    }

    public bool Take(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < RowBytes)
            throw new IOException($"a row of the table of sockets has {payload.Length} bytes");

        int state = payload[StateOffset];
        if (state == SocketRow.Established)
            Established++;
        else if (state == SocketRow.CloseWait)
            CloseWait++;

        if (!_listenersOnly || state == SocketRow.Listen)
        {
            SocketRow row = Row(payload, state);
            _visit!(in row);
            if (state == SocketRow.Established)
                Frequent.Add(row.Remote);
        }

        return Established <= _pauseAfter;
    }

    private static SocketRow Row(ReadOnlySpan<byte> payload, int state) => new(
        Address(payload[0], payload[LocalOffset..]),
        BinaryPrimitives.ReadUInt16BigEndian(payload[LocalPortOffset..]),
        Address(payload[0], payload[RemoteOffset..]),
        BinaryPrimitives.ReadUInt16BigEndian(payload[RemotePortOffset..]),
        state,
        BitConverter.ToInt32(payload[InterfaceOffset..]));

    private static IpValue Address(int family, ReadOnlySpan<byte> address) => family switch
    {
        Libc.Internet => IpValue.FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(address)),
        Libc.Internet6 => new IpValue(BinaryPrimitives.ReadUInt128BigEndian(address)),
        _ => throw new IOException($"a socket of address family {family} stands among those of IP"),
    };
}
