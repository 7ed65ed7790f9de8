using System;

namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// The listening ports of one protocol: a capped list and the true total.
    /// Room is taken once, at construction; filling it again allocates nothing. Not safe for several threads.
    /// </summary>
    public sealed class PortList
    {
        private readonly int[] _ports;
        private readonly string[] _interfaces;

        /// <param name="capacity">Rows listed at most, 0 or more.</param>
        public PortList(int capacity)
        {
            _ports = new int[capacity];
            _interfaces = new string[capacity];

            // nanoFramework: an element of a string array that was never assigned compares wrongly with null.
            for (int i = 0; i < capacity; i++)
                _interfaces[i] = "";
        }

        /// <summary>Whether the block is in the report at all: an empty list says "no listener", an absent one says nothing.</summary>
        public bool IsReported { get; private set; }

        /// <summary>Rows listed.</summary>
        public int Count { get; private set; }

        /// <summary>Ports there are, listed or not.</summary>
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

        /// <summary>Counts a port, and lists it while there is room.</summary>
        /// <param name="port">1 to 65535. // R12</param>
        /// <param name="interfaceName">The interface, or "" for a socket bound to all of them.</param>
        public void Add(int port, string interfaceName)
        {
            if (port < 1 || port > 65535)
                throw new ArgumentOutOfRangeException(nameof(port));

            Total++;
            if (Count == _ports.Length)
                return;

            _ports[Count] = port;
            _interfaces[Count] = interfaceName;
            Count++;
        }

        public int Port(int index)
        {
            return _ports[index];
        }

        /// <summary>The interface of a row, or "".</summary>
        public string Interface(int index)
        {
            return _interfaces[index];
        }

        /// <summary>Lists at most the first <paramref name="count"/> rows; the total stays.</summary>
        public void Trim(int count)
        {
            if (count < Count)
                Count = count;
        }
    }
}
