using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>The calls of netdevice(7), on one socket that is kept.</summary>
internal sealed class DeviceCalls : IDeviceCalls
{
    /// <summary>struct ifreq: a name, then a union as large as struct ifmap.</summary>
    public static readonly int RequestBytes = NameBytes + (nint.Size == 8 ? 24 : 16);

    /// <summary>Of a name, with its zero (IFNAMSIZ); the union begins after it.</summary>
    public const int NameBytes = 16;

    private const nuint GetName = 0x8910; // SIOCGIFNAME
    private const nuint GetIndex = 0x8933; // SIOCGIFINDEX
    private const nuint GetFlags = 0x8913; // SIOCGIFFLAGS
    private const nuint GetList = 0x8912; // SIOCGIFCONF
    private const nuint Ethtool = 0x8946; // SIOCETHTOOL
    private const int LoopbackFlag = 0x8; // IFF_LOOPBACK
    private const int DriverCommand = 3; // ETHTOOL_GDRVINFO
    private const int DriverInformationBytes = 196; // struct ethtool_drvinfo
    private const int DriverOffset = 4;
    private const int DriverBytes = 32;
    private const int MaxListBytes = 1 << 20;

    private byte[] _list = new byte[64 * RequestBytes];
    private SafeFileHandle? _socket;

    public int IndexOf(ReadOnlySpan<byte> name)
    {
        Span<byte> request = stackalloc byte[NameBytes + 24];
        return TryCall(GetIndex, name, request) ? BitConverter.ToInt32(request[NameBytes..]) : 0;
    }

    public int NameOf(int index, Span<byte> name)
    {
        Span<byte> request = stackalloc byte[NameBytes + 24];
        request.Clear();
        BitConverter.TryWriteBytes(request[NameBytes..], index);
        if (Libc.Control(Socket(), GetName, request) < 0)
            return 0;
        ReadOnlySpan<byte> found = request[..NameBytes].TrimEnd((byte)0);
        found.CopyTo(name);
        return found.Length;
    }

    public bool IsLoopback(ReadOnlySpan<byte> name)
    {
        Span<byte> request = stackalloc byte[NameBytes + 24];
        return TryCall(GetFlags, name, request) && (BitConverter.ToInt16(request[NameBytes..]) & LoopbackFlag) != 0;
    }

    public unsafe int DriverOf(ReadOnlySpan<byte> name, Span<byte> driver)
    {
        Span<byte> information = stackalloc byte[DriverInformationBytes];
        information.Clear();
        BitConverter.TryWriteBytes(information, DriverCommand);
        Span<byte> request = stackalloc byte[NameBytes + 24];
        request.Clear();
        fixed (byte* pointer = information)
        {
            nint address = (nint)pointer;
            MemoryMarshal.Write(request[NameBytes..], in address);
            if (!TryCall(Ethtool, name, request, isCleared: true))
                return 0;
        }

        ReadOnlySpan<byte> found = information.Slice(DriverOffset, DriverBytes);
        int length = found.IndexOf((byte)0);
        found = found[..(length < 0 ? DriverBytes : length)];
        found.CopyTo(driver);
        return found.Length;
    }

    public unsafe ReadOnlySpan<byte> ListIpv4()
    {
        // struct ifconf: the length of a buffer and its address. The kernel fills what there is room for, and says how much that was.
        Span<byte> request = stackalloc byte[2 * nint.Size];
        while (true)
        {
            int length;
            fixed (byte* pointer = _list)
            {
                request.Clear();
                BitConverter.TryWriteBytes(request, _list.Length);
                nint address = (nint)pointer;
                MemoryMarshal.Write(request[nint.Size..], in address);
                if (Libc.Control(Socket(), GetList, request) < 0)
                    throw SystemCallException.Last("list of addresses");
                length = BitConverter.ToInt32(request);
            }

            if (length <= _list.Length - RequestBytes || _list.Length >= MaxListBytes)
                return _list.AsSpan(0, Math.Clamp(length, 0, _list.Length));
            _list = new byte[2 * _list.Length];
        }
    }

    private bool TryCall(nuint call, ReadOnlySpan<byte> name, Span<byte> request, bool isCleared = false)
    {
        if (name.Length is 0 or >= NameBytes)
            return false;
        if (!isCleared)
            request.Clear();
        name.CopyTo(request);
        return Libc.Control(Socket(), call, request) >= 0;
    }

    private SafeFileHandle Socket()
    {
        if (_socket is not null)
            return _socket;
        SafeFileHandle opened = Libc.OpenSocket(Libc.Internet, Libc.Datagrams, 0);
        return _socket = opened.IsInvalid ? throw SystemCallException.Last("socket for ioctl") : opened;
    }
}
