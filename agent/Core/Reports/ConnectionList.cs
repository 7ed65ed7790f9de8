using System;

namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// The established TCP connections: a capped list and the true total.
    /// Room is taken once, at construction; filling it again allocates nothing. Not safe for several threads.
    /// </summary>
    public sealed class ConnectionList
    {
        // Every address is kept as 16 bytes, IPv4 as ::ffff:a.b.c.d.
        private readonly byte[] _addresses;
        private readonly int[] _remotePorts;
        private readonly int[] _localPorts;
        private readonly string[] _interfaces;

        /// <param name="capacity">Rows listed at most, 0 or more.</param>
        public ConnectionList(int capacity)
        {
            _addresses = new byte[capacity * IpText.AddressBytes];
            _remotePorts = new int[capacity];
            _localPorts = new int[capacity];
            _interfaces = new string[capacity];

            // nanoFramework: an element of a string array that was never assigned compares wrongly with null.
            for (int i = 0; i < capacity; i++)
                _interfaces[i] = "";
        }

        /// <summary>Whether the block is in the report at all: an empty list says "no connection", an absent one says nothing.</summary>
        public bool IsReported { get; private set; }

        /// <summary>Rows listed.</summary>
        public int Count { get; private set; }

        /// <summary>Connections there are, listed or not.</summary>
        public int Total { get; private set; }

        /// <summary>Empties the list and takes the block out of the report.</summary>
        public void Clear()
        {
            IsReported = false;
            Count = 0;
            Total = 0;
        }

        /// <summary>Empties the list and puts the block into the report.</summary>
        public void Begin()
        {
            Clear();
            IsReported = true;
        }

        /// <summary>Counts connections that are not listed.</summary>
        public void CountUnlisted(int connections)
        {
            if (connections < 0)
                throw new ArgumentOutOfRangeException(nameof(connections));

            Total += connections;
        }

        /// <summary>Counts a connection, and lists it while there is room.</summary>
        /// <param name="address">Holds the remote address in network order.</param>
        /// <param name="offset">Where the address begins.</param>
        /// <param name="length">4 for IPv4, 16 for IPv6 (an IPv4-mapped address is written as IPv4).</param>
        /// <param name="remotePort">1 to 65535. // R14</param>
        /// <param name="localPort">0 to 65535. // R12</param>
        /// <param name="interfaceName">The local interface, or "" when it is not known.</param>
        public void Add(byte[] address, int offset, int length, int remotePort, int localPort, string interfaceName)
        {
            if (length != 4 && length != IpText.AddressBytes)
                throw new ArgumentOutOfRangeException(nameof(length));
            if (remotePort < 1 || remotePort > 65535)
                throw new ArgumentOutOfRangeException(nameof(remotePort));
            if (localPort < 0 || localPort > 65535)
                throw new ArgumentOutOfRangeException(nameof(localPort));

            Total++;
            if (Count == _remotePorts.Length)
                return;

            int start = Count * IpText.AddressBytes;
            if (length == 4)
                IpText.WriteMappedPrefix(_addresses, start);
            Array.Copy(address, offset, _addresses, start + IpText.AddressBytes - length, length);
            _remotePorts[Count] = remotePort;
            _localPorts[Count] = localPort;
            _interfaces[Count] = interfaceName;
            Count++;
        }

        public int RemotePort(int index)
        {
            return _remotePorts[index];
        }

        public int LocalPort(int index)
        {
            return _localPorts[index];
        }

        /// <summary>The local interface of a row, or "".</summary>
        public string Interface(int index)
        {
            return _interfaces[index];
        }

        /// <summary>Writes <c>address:port</c> of a row as text, see <see cref="IpText"/>.</summary>
        /// <param name="index">The row.</param>
        /// <param name="text">At least <see cref="IpText.MaxEndpointBytes"/> bytes.</param>
        /// <returns>The length of the text.</returns>
        public int WriteRemoteEndpoint(int index, byte[] text)
        {
            return IpText.WriteEndpoint(_addresses, index * IpText.AddressBytes, _remotePorts[index], text);
        }

        /// <summary>Lists at most the first <paramref name="count"/> rows; the total stays.</summary>
        public void Trim(int count)
        {
            if (count < Count)
                Count = count;
        }
    }
}
