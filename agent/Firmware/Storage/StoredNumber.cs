using System.Text;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Firmware.Storage
{
    /// <summary>A number of 0 or more in a file of its own, as decimal text that a person can read and mend.</summary>
    public sealed class StoredNumber : IReportIdStore
    {
        // long.MaxValue has 19 digits.
        private const int MaxBytes = 19;

        private readonly InternalStorage _storage;
        private readonly string _name;

        public StoredNumber(InternalStorage storage, string name)
        {
            _storage = storage;
            _name = name;
        }

        public bool TryRead(out long ceiling)
        {
            ceiling = 0;
            if (!_storage.TryRead(_name, MaxBytes, out byte[] content) || content.Length == 0)
                return false;

            for (int i = 0; i < content.Length; i++)
            {
                int digit = content[i] - '0';
                if (digit < 0 || digit > 9 || ceiling > (long.MaxValue - digit) / 10)
                {
                    ceiling = 0;
                    return false;
                }

                ceiling = (ceiling * 10) + digit;
            }

            return true;
        }

        public bool TryWrite(long ceiling)
        {
            return _storage.TryWrite(_name, Encoding.UTF8.GetBytes(ceiling.ToString()));
        }

        /// <summary>Counts one more.</summary>
        /// <returns>The new number, also when it could not be stored.</returns>
        public long Increment()
        {
            TryRead(out long number);
            number = number < long.MaxValue ? number + 1 : 1;
            TryWrite(number);
            return number;
        }
    }
}
