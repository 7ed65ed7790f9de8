using System;

namespace Defender.Agent.Core.Reports
{
    /// <summary>The listening ports of one protocol.</summary>
    public sealed class PortList : ReportList
    {
        private readonly ushort[] _ports;

        /// <param name="capacity">Rows listed at most, 0 or more.</param>
        public PortList(int capacity)
            : base(capacity)
        {
            _ports = new ushort[capacity];
        }

        /// <summary>Counts a port, and lists it while there is room.</summary>
        /// <param name="port">1 to 65535. // R12</param>
        /// <param name="interfaceName">The interface, or "" for a socket bound to all of them.</param>
        public void Add(int port, string interfaceName)
        {
            if (port < 1 || port > 65535)
                throw new ArgumentOutOfRangeException(nameof(port));

            int row = Count;
            if (TryTakeRow(interfaceName))
                _ports[row] = (ushort)port;
        }

        public int Port(int index)
        {
            return _ports[index];
        }
    }
}
