namespace Defender.Agent.Core.Reports
{
    /// <summary>The established TCP connections.</summary>
    public sealed partial class ConnectionList : ReportList
    {
        // Every address is kept as 16 bytes, IPv4 as ::ffff:a.b.c.d.
        private readonly byte[] _addresses;
        private readonly ushort[] _remotePorts;
        private readonly ushort[] _localPorts;

        /// <param name="capacity">Rows listed at most, 0 or more.</param>
        public ConnectionList(int capacity)
            : base(capacity)
        {
            _addresses = new byte[capacity * IpText.AddressBytes];
            _remotePorts = new ushort[capacity];
            _localPorts = new ushort[capacity];
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
            IpText.Check(address, offset, length, remotePort, localPort);
            int row = Count;
            if (!TryTakeRow(interfaceName))
                return;

            IpText.Copy(address, offset, length, _addresses, row * IpText.AddressBytes);
            _remotePorts[row] = (ushort)remotePort;
            _localPorts[row] = (ushort)localPort;
        }

        public int LocalPort(int index)
        {
            return _localPorts[index];
        }

        /// <summary>Writes <c>address:port</c> of a row as text, see <see cref="IpText"/>.</summary>
        /// <param name="index">The row.</param>
        /// <param name="text">At least <see cref="IpText.MaxEndpointBytes"/> bytes.</param>
        /// <returns>The length of the text.</returns>
        public int WriteRemoteEndpoint(int index, byte[] text)
        {
            return IpText.WriteEndpoint(_addresses, index * IpText.AddressBytes, _remotePorts[index], text);
        }
    }
}
