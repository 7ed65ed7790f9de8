using System;
using System.IO;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>
/// The socket tables by netlink, in binary and only the rows that matter. Where more connections stand than a report can list,
/// it stops after a bounded number of them and counts the rest: what the kernel's own counter of connections says, less those
/// in CLOSE_WAIT, which that counter includes. Not atomic: the total can be off by what opens and closes within the millisecond between.
/// Then it asks for connections to other addresses than the most frequent of those seen, up to the same number: thousands to one
/// address hide none to another.
/// </summary>
/// <param name="dump">To the kernel's socket tables.</param>
/// <param name="counter">The kernel's own counter.</param>
/// <param name="maxRows">Connections visited before the rest is only counted.</param>
internal sealed class NetlinkSocketSource(NetlinkDump dump, IConnectionCounter counter, int maxRows) : ISocketSource
{
    private const int Tcp = 6; // IPPROTO_TCP
    private const int Udp = 17; // IPPROTO_UDP

    // State masks.
    private const uint Established = 1u << SocketRow.Established;
    private const uint CloseWait = 1u << SocketRow.CloseWait;
    private const uint Listen = 1u << SocketRow.Listen;
    private const uint Close = 1u << SocketRow.Close;

    // Beyond, the walk over the table for rare addresses would cost more than all the rest.
    private const int MaxSearched = 50_000;

    private const ushort Program = 1; // INET_DIAG_REQ_BYTECODE

    private readonly SocketReader _reader = new();
    private readonly byte[] _program = new byte[FrequentAddresses.MaxProgramBytes];
    private bool _isByFamily;
    private bool _takesPrograms = true;

    /// <summary>Tries once, and finds out which of its requests the kernel knows.</summary>
    /// <exception cref="IOException">The kernel has no such table.</exception>
    public void Probe(SocketProtocol protocol)
    {
        try
        {
            ReadAll(protocol, protocol == SocketProtocol.Udp ? Close : Listen, Nowhere);
        }
        catch (SystemCallException) when (protocol == SocketProtocol.Tcp)
        {
            _isByFamily = true;
            ReadAll(protocol, Listen, Nowhere);
        }
    }

    public SocketWalk Visit(SocketProtocol protocol, SocketRowVisitor visit)
    {
        if (protocol == SocketProtocol.Udp)
        {
            // A socket without a peer is in this state; one with a peer is no listener.
            ReadAll(protocol, Close, visit);
            return default;
        }

        _reader.Frequent.Clear();
        if (TryReadAll(Listen | Established, visit))
            return new SocketWalk(_reader.Established, OddRows: 0);

        int programBytes = _reader.Frequent.WriteProgram(_program);
        int total = CountAll(visit);
        if (_takesPrograms && programBytes > 0 && total <= MaxSearched)
            VisitOthers(visit, programBytes);
        return new SocketWalk(total, OddRows: 0);
    }

    private void VisitOthers(SocketRowVisitor visit, int programBytes)
    {
        try
        {
            TryReadAll(Established, visit, programBytes);
        }
        catch (SystemCallException)
        {
            _takesPrograms = false; // The connections seen first have to do.
        }
    }

    // Up to the bound.
    private bool TryReadAll(uint states, SocketRowVisitor visit, int programBytes = 0)
    {
        _reader.Start(visit, pauseAfter: maxRows);
        return _isByFamily
            ? ReadPart(Libc.Internet, states, Tcp, programBytes) && ReadPart(Libc.Internet6, states, Tcp, programBytes)
            : ReadPart(states, programBytes);
    }

    // More connections than are visited. Listeners come first in a dump, so those were; the kernel does not promise it, and they are few.
    private int CountAll(SocketRowVisitor visit)
    {
        int seen = _reader.Established;
        int? current = counter.TryRead();
        ReadAll(SocketProtocol.Tcp, Listen | CloseWait, visit, listenersOnly: true);

        // Sandboxes that stand in for a kernel have a counter that stands still; then the rows are counted.
        int total = (current ?? 0) - _reader.CloseWait;
        if (total >= seen)
            return total;
        ReadAll(SocketProtocol.Tcp, Listen | Established, visit, listenersOnly: true);
        return _reader.Established;
    }

    private void ReadAll(SocketProtocol protocol, uint states, SocketRowVisitor visit, bool listenersOnly = false)
    {
        _reader.Start(visit, listenersOnly);
        if (protocol == SocketProtocol.Tcp && !_isByFamily)
        {
            ReadPart(states);
            return;
        }

        int number = protocol == SocketProtocol.Tcp ? Tcp : Udp;
        ReadPart(Libc.Internet, states, number);
        ReadPart(Libc.Internet6, states, number);
    }

    private static void Nowhere(in SocketRow row)
    {
    }

    private bool ReadPart(uint states, int programBytes = 0)
    {
        Span<byte> body = stackalloc byte[SocketRequest.AnyFamilyBytes + 4 + FrequentAddresses.MaxProgramBytes];
        SocketRequest.WriteAnyFamily(body, states);
        dump.Begin(SocketRequest.AnyFamily, SocketRequest.AnyFamily, body[..WithProgram(body, SocketRequest.AnyFamilyBytes, programBytes)]);
        return dump.Read(_reader);
    }

    private bool ReadPart(int family, uint states, int protocol, int programBytes = 0)
    {
        Span<byte> body = stackalloc byte[SocketRequest.ByFamilyBytes + 4 + FrequentAddresses.MaxProgramBytes];
        SocketRequest.WriteByFamily(body, family, protocol, states);
        dump.Begin(SocketRequest.ByFamily, SocketRequest.ByFamily, body[..WithProgram(body, SocketRequest.ByFamilyBytes, programBytes)]);
        return dump.Read(_reader);
    }

    private int WithProgram(Span<byte> body, int length, int programBytes)
    {
        if (programBytes == 0)
            return length;
        BitConverter.TryWriteBytes(body[length..], (ushort)(4 + programBytes));
        BitConverter.TryWriteBytes(body[(length + 2)..], Program);
        _program.AsSpan(0, programBytes).CopyTo(body[(length + 4)..]);
        return length + 4 + programBytes;
    }
}
