using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Defender.Agent.Linux.Collectors.Interfaces;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>
/// Interfaces and addresses without netlink: names from /proc/self/net/dev, IPv6 addresses from if_inet6, masters from /sys, the
/// rest by ioctl. Read for each report, since nothing tells of changes.
/// </summary>
/// <param name="procDirectory">/proc/self/net</param>
/// <param name="sysDirectory">/sys/class/net: that of this network namespace, or masters and what VLANs ride on stay unknown.</param>
/// <param name="calls">The ioctls.</param>
internal sealed class ProcInterfaceReader(string procDirectory, string sysDirectory, IDeviceCalls calls) : IInterfaceReader
{
    private const int HeaderLines = 2;
    private const int MaxPathBytes = 256;
    private const int Ipv4Offset = DeviceCalls.NameBytes + 4; // struct sockaddr_in: family, port, address

    private readonly ProcFile _devices = new(Path.Combine(procDirectory, "dev"));
    private readonly ProcFile _ipv6Addresses = new(Path.Combine(procDirectory, "if_inet6"));
    private readonly LineReader _lines = new();
    private readonly byte[] _sysDirectory = Encoding.UTF8.GetBytes(sysDirectory + "/");

    public void Read(InterfaceTable table)
    {
        table.Begin();
        ReadLinks(table);
        ReadIpv4Addresses(table);
        ReadIpv6Addresses(table);
        table.End();
    }

    private void ReadLinks(InterfaceTable table)
    {
        _devices.Rewind();
        _lines.Start(_devices);
        for (int number = 0; _lines.TryRead(out ReadOnlySpan<byte> line); number++)
        {
            int colon = line.IndexOf((byte)':');
            if (number < HeaderLines || colon < 0)
                continue;

            ReadOnlySpan<byte> name = line[..colon].Trim((byte)' ');
            int index = calls.IndexOf(name);
            if (index > 0)
                table.Add(index, name, Describe(table, index, name));
        }
    }

    private Link Describe(InterfaceTable table, int index, ReadOnlySpan<byte> name)
    {
        Span<byte> text = stackalloc byte[MaxPathBytes];
        LinkKind kind = calls.IsLoopback(name) ? LinkKind.Loopback
            : LinkKinds.Parse(text[..calls.DriverOf(name, text)]);

        // A link such as ../br0, or a longer one to the same end.
        ReadOnlySpan<byte> target = text[..ReadLink(name, "/master"u8, text)];
        int master = target.IsEmpty ? 0 : calls.IndexOf(target[(target.LastIndexOf((byte)'/') + 1)..]);
        if (kind is not (LinkKind.Stacked or LinkKind.Veth))
            return new Link { Kind = kind, Master = master };

        try
        {
            int lower = ReadNumber(name, "/iflink"u8);
            return new Link { Kind = kind, Master = master, Lower = lower, IsLowerElsewhere = !IsHere(name, kind, index, lower) };
        }
        catch (SystemCallException) when (table.Before(index, name) is not null)
        {
            // No descriptor: what it rides on hardly ever changes.
            return table.Before(index, name)!.Value with { Master = master };
        }
    }

    // An index may be that of another namespace. In this one a VLAN has a link to what it rides on, and the ends of a pair name each other.
    private bool IsHere(ReadOnlySpan<byte> name, LinkKind kind, int index, int lower)
    {
        const int PrefixBytes = 7;
        Span<byte> file = stackalloc byte[PrefixBytes + DeviceCalls.NameBytes];
        "/lower_"u8.CopyTo(file);
        int length = calls.NameOf(lower, file[PrefixBytes..]);
        if (length == 0)
            return false;
        Span<byte> target = stackalloc byte[MaxPathBytes];
        return kind == LinkKind.Veth
            ? ReadNumber(file.Slice(PrefixBytes, length), "/iflink"u8) == index
            : ReadLink(name, file[..(PrefixBytes + length)], target) > 0;
    }

    private void ReadIpv4Addresses(InterfaceTable table)
    {
        ReadOnlySpan<byte> list = calls.ListIpv4();
        for (; list.Length >= DeviceCalls.RequestBytes; list = list[DeviceCalls.RequestBytes..])
        {
            // An address may carry a label such as eth0:1; the interface is eth0.
            ReadOnlySpan<byte> label = list[..DeviceCalls.NameBytes];
            int end = label.IndexOfAny((byte)':', (byte)0);
            int index = table.IndexOf(end < 0 ? label : label[..end]);
            if (index > 0)
                table.Add(index, IpValue.FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(list[Ipv4Offset..])));
        }
    }

    // Lines such as "fe80000000000000 00fc00fffe000001 02 40 20 80 wlan0", without the space: address, index, and four more.
    private void ReadIpv6Addresses(InterfaceTable table)
    {
        if (!_ipv6Addresses.TryRewind())
            return; // The kernel was built or started without IPv6.
        _lines.Start(_ipv6Addresses);
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            int space = line.IndexOf((byte)' ');
            if (space != 32 || !UInt128.TryParse(line[..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 bits))
                continue;
            line = line[(space + 1)..];
            space = line.IndexOf((byte)' ');
            if (space > 0 && int.TryParse(line[..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int index))
                table.Add(index, new IpValue(bits));
        }
    }

    private int ReadLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> file, Span<byte> target)
    {
        Span<byte> path = stackalloc byte[MaxPathBytes];
        return TryWritePath(name, file, path) ? (int)Math.Max(0, Libc.ReadLink(path, target, target.Length)) : 0;
    }

    private int ReadNumber(ReadOnlySpan<byte> name, ReadOnlySpan<byte> file)
    {
        Span<byte> path = stackalloc byte[MaxPathBytes];
        if (!TryWritePath(name, file, path))
            return 0;
        Span<byte> text = stackalloc byte[16];
        nint length = Libc.ReadFile(path, text);
        if (length < 0)
            return Marshal.GetLastPInvokeError() == Libc.NoEntry ? 0 : throw SystemCallException.Last("interface in /sys");
        return length > 0 && Utf8Parser.TryParse(text[..(int)length], out int number, out _) ? number : 0;
    }

    private bool TryWritePath(ReadOnlySpan<byte> name, ReadOnlySpan<byte> file, Span<byte> path)
    {
        int length = _sysDirectory.Length + name.Length + file.Length;
        if (length >= path.Length)
            return false;
        _sysDirectory.CopyTo(path);
        name.CopyTo(path[_sysDirectory.Length..]);
        file.CopyTo(path[(_sysDirectory.Length + name.Length)..]);
        path[length] = 0;
        return true;
    }
}
