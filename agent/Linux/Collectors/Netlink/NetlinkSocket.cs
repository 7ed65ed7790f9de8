using System;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>A netlink socket of the kernel's, kept open: a process that has run out of descriptors can still report.</summary>
internal sealed class NetlinkSocket : INetlinkChannel
{
    private const int Route = 0; // NETLINK_ROUTE
    private const int SocketDiagnosis = 4; // NETLINK_SOCK_DIAG
    private const int AddressBytes = 12;
    private const int EventBufferBytes = 32 * 1024;

    private readonly int _protocol;
    private readonly uint _groups;
    private int _descriptor;

    private NetlinkSocket(int protocol, uint groups)
    {
        _protocol = protocol;
        _groups = groups;
        (_descriptor, PortId) = Open(protocol, groups);
    }

    // A handle would do this by itself, but be made anew with each socket, and sockets are renewed in a report's course.
    ~NetlinkSocket() => Close();

    public uint PortId { get; private set; }

    /// <param name="groups">Events to receive, a bit for each of the first 32 groups.</param>
    /// <exception cref="SystemCallException">The kernel has no such protocol, or no descriptor is left.</exception>
    public static NetlinkSocket OpenRoute(uint groups = 0) => new(Route, groups);

    /// <exception cref="SystemCallException">The kernel has no such protocol, or no descriptor is left.</exception>
    public static NetlinkSocket OpenSocketDiagnosis() => new(SocketDiagnosis, groups: 0);

    public bool TryRenew()
    {
        try
        {
            (int descriptor, uint portId) = Open(_protocol, _groups);
            Close();
            (_descriptor, PortId) = (descriptor, portId);
            return true;
        }
        catch (SystemCallException)
        {
            return false;
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

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private void Close()
    {
        if (_descriptor >= 0)
            _ = Libc.Close(_descriptor);
        _descriptor = -1;
    }

    private static (int Descriptor, uint PortId) Open(int protocol, uint groups)
    {
        int descriptor = Libc.Socket(Libc.NetlinkFamily, Libc.Raw, protocol);
        if (descriptor < 0)
            throw SystemCallException.Last("netlink socket");
        try
        {
            return (descriptor, Configure(descriptor, groups));
        }
        catch
        {
            _ = Libc.Close(descriptor);
            throw;
        }
    }

    // Returns the port id.
    private static uint Configure(int descriptor, uint groups)
    {
        // struct timeval: two seconds; the kernel has the whole answer ready far sooner, so this is for one that has none.
        Span<byte> timeout = stackalloc byte[2 * nint.Size];
        timeout.Clear();
        timeout[BitConverter.IsLittleEndian ? 0 : nint.Size - 1] = 2;
        Check(Libc.SetOption(descriptor, Libc.SocketLevel, Libc.ReceiveTimeout, timeout, timeout.Length), "netlink timeout");

        // Events are only counted as "something changed": a few are enough, and what does not fit says the same.
        Span<byte> size = stackalloc byte[4];
        BitConverter.TryWriteBytes(size, EventBufferBytes);
        if (groups != 0)
            Check(Libc.SetOption(descriptor, Libc.SocketLevel, Libc.ReceiveBuffer, size, size.Length), "netlink buffer");

        // struct sockaddr_nl: family, padding, port id (0: the kernel's choice), groups; in the machine's byte order.
        Span<byte> address = stackalloc byte[AddressBytes];
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)Libc.NetlinkFamily);
        BitConverter.TryWriteBytes(address[8..], groups);
        Check(Libc.Bind(descriptor, address, address.Length), "netlink address");
        int length = AddressBytes;
        Check(Libc.GetName(descriptor, address, ref length), "netlink address");
        return BitConverter.ToUInt32(address[4..]);
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
            throw SystemCallException.Last(call);
    }
}
