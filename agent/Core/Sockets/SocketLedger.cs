using System;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Core.Sockets
{
    /// <summary>
    /// Every socket that the firmware opens, and the payload bytes through all of them: a device that has neither a socket table
    /// nor counters reports from here. Complete for sockets of managed code; those of the system itself (DHCP, DNS) are not in it,
    /// packets are not counted by anybody, and bytes are those of the payload, before TLS and TCP add theirs.
    /// Of fixed capacity: a socket it has no room for must not be opened. Safe for several threads; allocates nothing.
    /// </summary>
    public sealed class SocketLedger
    {
        /// <summary>The answer to a socket for which there is no room: close it.</summary>
        public const int Refused = -1;

        /// <summary>Sockets at most; an ESP32 has 16.</summary>
        public const int MaxSockets = 1024;

        private readonly object _lock = new object();
        private readonly byte[] _kinds;
        private readonly ushort[] _localPorts;
        private readonly ushort[] _remotePorts;
        private readonly byte[] _addresses;
        private readonly string[] _interfaces;
        private readonly int[] _tickets;
        private long _bytesIn;
        private long _bytesOut;
        private int _open;
        private int _refused;

        /// <param name="capacity">Sockets open at the same time, 1 to <see cref="MaxSockets"/>.</param>
        public SocketLedger(int capacity)
        {
            if (capacity < 1 || capacity > MaxSockets)
                throw new ArgumentOutOfRangeException(nameof(capacity));

            _kinds = new byte[capacity];
            _localPorts = new ushort[capacity];
            _remotePorts = new ushort[capacity];
            _addresses = new byte[capacity * IpText.AddressBytes];
            _interfaces = new string[capacity];
            _tickets = new int[capacity];
            for (int i = 0; i < capacity; i++)
            {
                // nanoFramework: an element of a string array that was never assigned compares wrongly with null.
                _interfaces[i] = "";
                _tickets[i] = i;
            }
        }

        /// <summary>Sockets that are open.</summary>
        public int Open
        {
            get { return _open; }
        }

        /// <summary>Sockets refused for want of room since the start.</summary>
        public int RefusedCount
        {
            get { return _refused; }
        }

        /// <summary>Enters a socket that listens, or a UDP socket that only asks.</summary>
        /// <param name="kind">Not a connection.</param>
        /// <param name="localPort">1 to 65535. // R12</param>
        /// <param name="interfaceName">The interface it is bound to, or "" for all of them.</param>
        /// <returns>Its ticket for the other calls, or <see cref="Refused"/>.</returns>
        public int Enter(SocketKind kind, int localPort, string interfaceName)
        {
            if (kind != SocketKind.TcpListener && kind != SocketKind.UdpListener && kind != SocketKind.UdpClient)
                throw new ArgumentOutOfRangeException(nameof(kind));
            if (localPort < 1 || localPort > 65535)
                throw new ArgumentOutOfRangeException(nameof(localPort));

            lock (_lock)
            {
                return Take(kind, localPort, 0, interfaceName);
            }
        }

        /// <summary>Enters an established TCP connection.</summary>
        /// <param name="address">Holds the remote address in network order.</param>
        /// <param name="offset">Where the address begins.</param>
        /// <param name="length">4 for IPv4, 16 for IPv6.</param>
        /// <param name="remotePort">1 to 65535. // R14</param>
        /// <param name="localPort">0 (not known) to 65535. // R12</param>
        /// <param name="interfaceName">The local interface, or "" when it is not known.</param>
        /// <returns>Its ticket for the other calls, or <see cref="Refused"/>.</returns>
        public int EnterConnection(byte[] address, int offset, int length, int remotePort, int localPort, string interfaceName)
        {
            IpText.Check(address, offset, length, remotePort, localPort);
            lock (_lock)
            {
                int ticket = Take(SocketKind.TcpConnection, localPort, remotePort, interfaceName);
                if (ticket == Refused)
                    return Refused;

                IpText.Copy(address, offset, length, _addresses, SlotOf(ticket) * IpText.AddressBytes);
                return ticket;
            }
        }

        /// <summary>Counts payload that a socket received and sent, also one that is closed by now; 0 or less counts nothing.</summary>
        public void Count(long bytesIn, long bytesOut)
        {
            lock (_lock)
            {
                if (bytesIn > 0)
                    _bytesIn += bytesIn;
                if (bytesOut > 0)
                    _bytesOut += bytesOut;
            }
        }

        /// <summary>Takes a socket out; a ticket that was given back already, or never given, changes nothing.</summary>
        /// <returns>Whether the socket was in the ledger.</returns>
        public bool Leave(int ticket)
        {
            lock (_lock)
            {
                if (ticket < 0)
                    return false;

                int slot = SlotOf(ticket);
                if (_tickets[slot] != ticket || _kinds[slot] == (byte)SocketKind.None)
                    return false;

                _kinds[slot] = (byte)SocketKind.None;
                _open--;

                // The next socket in this slot has another ticket, so that a second Leave of this one does not close it.
                _tickets[slot] = ticket <= int.MaxValue - _kinds.Length ? ticket + _kinds.Length : slot;
                return true;
            }
        }

        /// <summary>
        /// Fills the report's ports and connections, and moves the bytes that no report carries yet into it; packets stay absent.
        /// A report that does not arrive gives its bytes back: <see cref="GiveBack"/>.
        /// </summary>
        public void Fill(Report report)
        {
            lock (_lock)
            {
                report.TcpPorts.Begin();
                report.UdpPorts.Begin();
                report.Connections.Begin();
                for (int slot = 0; slot < _kinds.Length; slot++)
                    Fill(report, slot);

                report.NetworkStats.Set(_bytesIn, _bytesOut, NetworkStats.Absent, NetworkStats.Absent);
                _bytesIn = 0;
                _bytesOut = 0;
            }
        }

        /// <summary>Takes bytes back into the ledger: the report that carried them was dropped or rejected. Absent counts as none.</summary>
        public void GiveBack(long bytesIn, long bytesOut)
        {
            Count(bytesIn, bytesOut);
        }

        private int SlotOf(int ticket)
        {
            return ticket % _kinds.Length;
        }

        private int Take(SocketKind kind, int localPort, int remotePort, string interfaceName)
        {
            for (int slot = 0; slot < _kinds.Length; slot++)
            {
                if (_kinds[slot] != (byte)SocketKind.None)
                    continue;

                _kinds[slot] = (byte)kind;
                _localPorts[slot] = (ushort)localPort;
                _remotePorts[slot] = (ushort)remotePort;
                _interfaces[slot] = interfaceName;
                _open++;
                return _tickets[slot];
            }

            _refused++;
            return Refused;
        }

        private void Fill(Report report, int slot)
        {
            switch ((SocketKind)_kinds[slot])
            {
                case SocketKind.TcpListener:
                    report.TcpPorts.Add(_localPorts[slot], _interfaces[slot]);
                    break;
                case SocketKind.UdpListener:
                    report.UdpPorts.Add(_localPorts[slot], _interfaces[slot]);
                    break;
                case SocketKind.TcpConnection:
                    report.Connections.Add(
                        _addresses, slot * IpText.AddressBytes, IpText.AddressBytes, _remotePorts[slot], _localPorts[slot], _interfaces[slot]);
                    break;
                default:
                    break;
            }
        }
    }
}
