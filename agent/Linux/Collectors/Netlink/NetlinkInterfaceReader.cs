using System;
using System.Buffers.Binary;
using System.IO;
using Defender.Agent.Linux.Collectors.Interfaces;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>
/// Interfaces and addresses by netlink, read once and again only after the kernel said that something changed. Its messages wait
/// in the socket until the next report: they wake nobody, and when they are too many, that too says that something changed.
/// </summary>
/// <param name="dump">To the kernel's tables of interfaces.</param>
/// <param name="openEvents">Opens a socket that receives events of the <see cref="Groups"/>.</param>
internal sealed class NetlinkInterfaceReader(NetlinkDump dump, Func<INetlinkChannel> openEvents) : IInterfaceReader
{
    /// <summary>RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR (1, 5, 9), as bits.</summary>
    public const uint Groups = (1u << 0) | (1u << 4) | (1u << 8);

    private const ushort GetLink = 18; // RTM_GETLINK
    private const ushort NewLink = 16; // RTM_NEWLINK
    private const ushort GetAddress = 22; // RTM_GETADDR
    private const ushort NewAddress = 20; // RTM_NEWADDR
    private const int LinkHeaderBytes = 16; // struct ifinfomsg
    private const int AddressHeaderBytes = 8; // struct ifaddrmsg
    private const ushort ExtensionMask = 29; // IFLA_EXT_MASK
    private const int SkipStatistics = 1 << 3; // RTEXT_FILTER_SKIP_STATS

    // A flood of events is as good as one; the rest stays for the next report.
    private const int MaxEventsTaken = 1000;

    private readonly LinkReader _links = new();
    private readonly AddressReader _addresses = new();
    private readonly byte[] _event = new byte[64];
    private INetlinkChannel? _events;
    private InterfaceTable? _current;

    public void Read(InterfaceTable table)
    {
        // The events first: what changes while the tables are read is then read again the next time.
        if (_events is null)
            TryOpenEvents();
        else if (!HasChanged() && _current == table)
            return;

        _current = null;
        table.Begin();
        _links.Table = table;
        _addresses.Table = table;
        Span<byte> linkBody = stackalloc byte[LinkHeaderBytes + 8];
        linkBody.Clear();
        BitConverter.TryWriteBytes(linkBody[LinkHeaderBytes..], (ushort)8);
        BitConverter.TryWriteBytes(linkBody[(LinkHeaderBytes + 2)..], ExtensionMask);
        BitConverter.TryWriteBytes(linkBody[(LinkHeaderBytes + 4)..], SkipStatistics);
        dump.Run(GetLink, NewLink, linkBody, _links);
        Span<byte> addressBody = stackalloc byte[AddressHeaderBytes];
        addressBody.Clear();
        dump.Run(GetAddress, NewAddress, addressBody, _addresses);
        table.End();
        _current = _events is null ? null : table; // Without events the tables are read for each report.
    }

    private void TryOpenEvents()
    {
        try
        {
            _events = openEvents();
        }
        catch (SystemCallException)
        {
            // No descriptor is left, or the kernel has no events; tried anew for the next report.
        }
    }

    private bool HasChanged()
    {
        bool isAny = false;
        try
        {
            for (int i = 0; i < MaxEventsTaken && _events!.TryTake(_event); i++)
                isAny = true;
        }
        catch (SystemCallException failure)
        {
            isAny = true;
            if (failure.Error != Libc.NoBufferSpace)
            {
                _events!.Dispose();
                _events = null;
            }
        }

        return isAny;
    }

    private sealed class LinkReader : IDumpReader
    {
        private const int IndexOffset = 4;
        private const int FlagsOffset = 8;
        private const int LoopbackFlag = 0x8; // IFF_LOOPBACK
        private const ushort Name = 3; // IFLA_IFNAME
        private const ushort Lower = 5; // IFLA_LINK
        private const ushort Master = 10; // IFLA_MASTER
        private const ushort Information = 18; // IFLA_LINKINFO
        private const ushort Kind = 1; // IFLA_INFO_KIND
        private const ushort LowerNamespace = 37; // IFLA_LINK_NETNSID

        public InterfaceTable? Table { get; set; }

        public bool Take(ReadOnlySpan<byte> payload)
        {
            if (payload.Length < LinkHeaderBytes)
                throw new IOException($"a row of the table of interfaces has {payload.Length} bytes");

            bool isLoopback = (BitConverter.ToInt32(payload[FlagsOffset..]) & LoopbackFlag) != 0;
            Link link = new() { Kind = isLoopback ? LinkKind.Loopback : LinkKind.Device };
            ReadOnlySpan<byte> name = default;
            AttributeReader attributes = new(payload[LinkHeaderBytes..]);
            while (attributes.TryRead())
            {
                switch (attributes.Type)
                {
                    case Name:
                        name = attributes.Text;
                        break;
                    case Lower:
                        link = link with { Lower = attributes.Number };
                        break;
                    case Master:
                        link = link with { Master = attributes.Number };
                        break;
                    case LowerNamespace:
                        link = link with { IsLowerElsewhere = true };
                        break;
                    case Information when !isLoopback:
                        link = link with { Kind = KindOf(attributes.Value) };
                        break;
                }
            }

            Table!.Add(BitConverter.ToInt32(payload[IndexOffset..]), name, link);
            return true;
        }

        private static LinkKind KindOf(ReadOnlySpan<byte> information)
        {
            AttributeReader attributes = new(information);
            while (attributes.TryRead())
            {
                if (attributes.Type == Kind)
                    return LinkKinds.Parse(attributes.Text);
            }

            return LinkKind.Device;
        }
    }

    private sealed class AddressReader : IDumpReader
    {
        private const int IndexOffset = 4;
        private const ushort Address = 1; // IFA_ADDRESS: on a point-to-point link that of the other end
        private const ushort Local = 2; // IFA_LOCAL

        public InterfaceTable? Table { get; set; }

        public bool Take(ReadOnlySpan<byte> payload)
        {
            if (payload.Length < AddressHeaderBytes)
                throw new IOException($"a row of the table of addresses has {payload.Length} bytes");

            ReadOnlySpan<byte> address = default;
            AttributeReader attributes = new(payload[AddressHeaderBytes..]);
            while (attributes.TryRead())
            {
                if (attributes.Type == Local || (attributes.Type == Address && address.IsEmpty))
                    address = attributes.Value;
            }

            int index = BitConverter.ToInt32(payload[IndexOffset..]);
            if (payload[0] == Libc.Internet && address.Length == 4)
                Table!.Add(index, IpValue.FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(address)));
            else if (payload[0] == Libc.Internet6 && address.Length == 16)
                Table!.Add(index, new IpValue(BinaryPrimitives.ReadUInt128BigEndian(address)));
            return true; // Other families have addresses too.
        }
    }
}
