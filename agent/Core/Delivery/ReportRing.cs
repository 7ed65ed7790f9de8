using System;

namespace Defender.Agent.Core.Delivery
{
    /// <summary>
    /// Written reports that wait for their delivery, oldest first, in one block of memory taken once; of the bytes that are free any
    /// report may take what it needs. The owner makes room by removing the oldest. Not safe for several threads.
    /// </summary>
    public sealed class ReportRing
    {
        /// <summary>What a report takes beside its document.</summary>
        public const int BytesOfEntry = 28;

        private readonly byte[] _bytes;
        private int _first;
        private int _count;
        private int _used;

        /// <param name="capacity">Bytes of all reports together, at least <see cref="BytesOfEntry"/> + 1.</param>
        public ReportRing(int capacity)
        {
            if (capacity <= BytesOfEntry)
                throw new ArgumentOutOfRangeException(nameof(capacity));

            _bytes = new byte[capacity];
        }

        /// <summary>Reports that wait.</summary>
        public int Count
        {
            get { return _count; }
        }

        /// <summary>Bytes in use.</summary>
        public int Used
        {
            get { return _used; }
        }

        /// <summary>The length of the oldest document; 0 when none waits.</summary>
        public int OldestLength
        {
            get { return Count == 0 ? 0 : (int)Number(0, 4); }
        }

        public long OldestReportId
        {
            get { return Count == 0 ? 0 : Number(4, 8); }
        }

        /// <summary>Bytes received that the oldest report carries: they are lost with it unless they are given back.</summary>
        public long OldestBytesIn
        {
            get { return Count == 0 ? 0 : Number(12, 8); }
        }

        /// <summary>Bytes sent, likewise.</summary>
        public long OldestBytesOut
        {
            get { return Count == 0 ? 0 : Number(20, 8); }
        }

        /// <summary>Whether a document of this length would fit into the empty ring.</summary>
        public bool CanHold(int length)
        {
            return length >= 0 && length <= _bytes.Length - BytesOfEntry;
        }

        /// <summary>Whether it fits beside those that wait.</summary>
        public bool HasRoom(int length)
        {
            return CanHold(length) && Used + BytesOfEntry + length <= _bytes.Length;
        }

        /// <summary>Adds a report; there must be room for it.</summary>
        /// <param name="reportId">In its header.</param>
        /// <param name="bytesIn">What <see cref="OldestBytesIn"/> will say.</param>
        /// <param name="bytesOut">What <see cref="OldestBytesOut"/> will say.</param>
        /// <param name="document">Holds it.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">Its bytes.</param>
        public void Add(long reportId, long bytesIn, long bytesOut, byte[] document, int offset, int length)
        {
            if (!HasRoom(length))
                throw new ArgumentOutOfRangeException(nameof(length));
            if (offset < 0 || offset > document.Length - length)
                throw new ArgumentOutOfRangeException(nameof(offset));

            PutNumber(length, 4);
            PutNumber(reportId, 8);
            PutNumber(bytesIn, 8);
            PutNumber(bytesOut, 8);

            int position = Place(Used);
            int atEnd = length <= _bytes.Length - position ? length : _bytes.Length - position;
            Array.Copy(document, offset, _bytes, position, atEnd);
            Array.Copy(document, offset + atEnd, _bytes, 0, length - atEnd);
            _used += length;
            _count++;
        }

        /// <summary>Copies the oldest document to the start of <paramref name="target"/>, which is as long as it or longer.</summary>
        public void CopyOldest(byte[] target)
        {
            int length = OldestLength;
            int position = Place(BytesOfEntry);
            int atEnd = length <= _bytes.Length - position ? length : _bytes.Length - position;
            Array.Copy(_bytes, position, target, 0, atEnd);
            Array.Copy(_bytes, 0, target, atEnd, length - atEnd);
        }

        /// <summary>Removes the oldest; nothing when none waits.</summary>
        public void RemoveOldest()
        {
            if (Count == 0)
                return;

            int entry = BytesOfEntry + OldestLength;
            _first = Place(entry);
            _used -= entry;
            _count--;
        }

        private int Place(int offset)
        {
            int position = _first + offset;
            return position < _bytes.Length ? position : position - _bytes.Length;
        }

        private void PutNumber(long value, int bytes)
        {
            for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
            {
                _bytes[Place(Used)] = (byte)(value >> shift);
                _used++;
            }
        }

        private long Number(int offset, int bytes)
        {
            long value = 0;
            for (int i = 0; i < bytes; i++)
                value = (value << 8) | _bytes[Place(offset + i)];
            return value;
        }
    }
}
