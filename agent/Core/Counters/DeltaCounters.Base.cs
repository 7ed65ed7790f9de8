using Defender.Agent.Core.Reports;

namespace Defender.Agent.Core.Counters
{
    /// <content>
    /// The base kept over restarts: the last sample and what no accepted report has carried. Numbers are big-endian:
    /// the version, absent counters as bits, highest key (4 bytes), time of the sample (8), four pending (8 each), interfaces (2),
    /// then of each its key (4) and four counters (8 each).
    /// </content>
    public sealed partial class DeltaCounters
    {
        private const byte BaseVersion = 1;
        private const int BaseHeadBytes = 2 + 4 + 8 + (8 * CountersOfInterface) + 2;
        private const int BaseRowBytes = 4 + (8 * CountersOfInterface);

        /// <summary>Bytes that <see cref="Save"/> writes now; 0 while there was no sample.</summary>
        public int SavedBytes
        {
            get { return _samples == 0 ? 0 : BaseHeadBytes + (_knownCount * BaseRowBytes); }
        }

        /// <summary>Writes the base at <paramref name="offset"/>.</summary>
        /// <returns>Bytes written: <see cref="SavedBytes"/>, or 0 when they do not fit.</returns>
        public int Save(byte[] buffer, int offset)
        {
            int length = SavedBytes;
            if (length == 0 || offset < 0 || length > buffer.Length - offset)
                return 0;

            int absent = 0;
            for (int i = 0; i < CountersOfInterface; i++)
                absent |= _absent[i] ? 1 << i : 0;

            buffer[offset] = BaseVersion;
            buffer[offset + 1] = (byte)absent;
            int position = Put(buffer, offset + 2, _highestKey, 4);
            position = Put(buffer, position, _sampledAtMs, 8);
            for (int i = 0; i < CountersOfInterface; i++)
                position = Put(buffer, position, _pending[i], 8);
            position = Put(buffer, position, _knownCount, 2);
            for (int row = 0; row < _knownCount; row++)
            {
                position = Put(buffer, position, Row(row).Key, 4);
                for (int i = 0; i < CountersOfInterface; i++)
                    position = Put(buffer, position, Row(row).Previous(i), 8);
            }

            return length;
        }

        /// <summary>Takes up a saved base, before the first sample: the next sample then has deltas.</summary>
        /// <param name="buffer">Holds the base.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">Its bytes.</param>
        /// <param name="countersRestarted">
        /// Whether every interface was made after the base was saved (the machine was started since): all they count is then
        /// of this interval.
        /// </param>
        /// <returns>False, and nothing is changed, when this is no base of this version.</returns>
        public bool TryRestore(byte[] buffer, int offset, int length, bool countersRestarted)
        {
            if (_samples > 0 || !IsBase(buffer, offset, length))
                return false;

            int absent = buffer[offset + 1];
            int position = offset + 6;
            long sampledAtMs = Get(buffer, position, 8);
            position += 8;
            for (int i = 0; i < CountersOfInterface; i++, position += 8)
            {
                _pending[i] = Get(buffer, position, 8);
                _absent[i] = (absent & (1 << i)) != 0;
            }

            _samples = 1;
            if (countersRestarted)
                return true;

            _sampledAtMs = sampledAtMs;
            _highestKey = (int)Get(buffer, offset + 2, 4);
            _highestKeyOfSample = _highestKey;
            _knownCount = (int)Get(buffer, position, 2);
            position += 2;
            for (int row = 0; row < _knownCount; row++)
            {
                Row(row).Key = (int)Get(buffer, position, 4);
                position += 4;
                for (int i = 0; i < CountersOfInterface; i++, position += 8)
                    Row(row).Current[i] = Get(buffer, position, 8);
                Row(row).Settle();
            }

            return true;
        }

        private bool IsBase(byte[] buffer, int offset, int length)
        {
            if (offset < 0 || length < BaseHeadBytes || length > buffer.Length - offset || buffer[offset] != BaseVersion)
                return false;

            long rows = Get(buffer, offset + BaseHeadBytes - 2, 2);
            if (rows > _known.Length || length != BaseHeadBytes + (rows * BaseRowBytes))
                return false;

            for (int i = 0; i < CountersOfInterface; i++)
            {
                if (Get(buffer, offset + 14 + (8 * i), 8) < 0)
                    return false;
            }

            for (int position = offset + BaseHeadBytes; position < offset + length; position += BaseRowBytes)
            {
                for (int i = 0; i < CountersOfInterface; i++)
                {
                    if (Get(buffer, position + 4 + (8 * i), 8) < NetworkStats.Absent)
                        return false;
                }
            }

            return true;
        }

        private static int Put(byte[] buffer, int position, long value, int bytes)
        {
            for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
                buffer[position++] = (byte)((value >> shift) & 0xFF);
            return position;
        }

        private static long Get(byte[] buffer, int position, int bytes)
        {
            long value = 0;
            for (int i = 0; i < bytes; i++)
                value = (value << 8) | buffer[position + i];
            return value;
        }
    }
}
