using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>A netlink socket of the kernel's, kept open: a process that has run out of descriptors can still report.</summary>
internal sealed class NetlinkSocket : INetlinkChannel
{
    /// <summary>NETLINK_ROUTE.</summary>
    public const int Route = 0;

    /// <summary>NETLINK_SOCK_DIAG.</summary>
    public const int SocketDiagnosis = 4;

    private const int AddressBytes = 12;
    private const int EventBufferBytes = 32 * 1024;

    private readonly SafeFileHandle _descriptor;

    private NetlinkSocket(SafeFileHandle descriptor) => _descriptor = descriptor;

    public uint PortId { get; private set; }

    /// <param name="protocol">One of the constants.</param>
    /// <param name="groups">Events to receive, a bit for each of the first 32 groups.</param>
    /// <exception cref="SystemCallException">The kernel has no such protocol, or no descriptor is left.</exception>
    public static NetlinkSocket Open(int protocol, uint groups = 0)
    {
        SafeFileHandle descriptor = Libc.OpenSocket(Libc.NetlinkFamily, Libc.Raw, protocol);
        if (descriptor.IsInvalid)
            throw SystemCallException.Last("netlink socket");

        NetlinkSocket socket = new(descriptor);
        try
        {
            socket.Configure(groups);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> request)
    {
        while (Libc.Send(_descriptor, request, request.Length, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw SystemCallException.Last("netlink request");
        }
    }

    public int Receive(Span<byte> buffer)
    {
        while (true)
        {
            nint length = Libc.Receive(_descriptor, buffer, buffer.Length, Libc.RealLength);
            if (length >= 0)
                return (int)length;
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw SystemCallException.Last("netlink reply");
        }
    }

    public bool TryTake(Span<byte> buffer)
    {
        while (Libc.Receive(_descriptor, buffer, buffer.Length, Libc.DontWait) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.WouldBlock)
                return false;
            if (error != Libc.Interrupted)
                throw new SystemCallException("netlink event", error);
        }

        return true;
    }

    public void Dispose() => _descriptor.Dispose();

    private void Configure(uint groups)
    {
        // struct timeval: two seconds; the kernel has the whole answer ready far sooner, so this is for one that has none.
        Span<byte> timeout = stackalloc byte[2 * nint.Size];
        timeout.Clear();
        timeout[BitConverter.IsLittleEndian ? 0 : nint.Size - 1] = 2;
        Check(Libc.SetOption(_descriptor, Libc.SocketLevel, Libc.ReceiveTimeout, timeout, timeout.Length), "netlink timeout");

        // Events are only counted as "something changed": a few are enough, and what does not fit says the same.
        Span<byte> size = stackalloc byte[4];
        BitConverter.TryWriteBytes(size, EventBufferBytes);
        if (groups != 0)
            Check(Libc.SetOption(_descriptor, Libc.SocketLevel, Libc.ReceiveBuffer, size, size.Length), "netlink buffer");

        // struct sockaddr_nl: family, padding, port id (0: the kernel's choice), groups; in the machine's byte order.
        Span<byte> address = stackalloc byte[AddressBytes];
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)Libc.NetlinkFamily);
        BitConverter.TryWriteBytes(address[8..], groups);
        Check(Libc.Bind(_descriptor, address, address.Length), "netlink address");
        int length = AddressBytes;
        Check(Libc.GetName(_descriptor, address, ref length), "netlink address");
        PortId = BitConverter.ToUInt32(address[4..]);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
