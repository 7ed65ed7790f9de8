namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Addresses as the report spells them: <c>a.b.c.d:port</c>, or <c>[v6]:port</c> in the form of RFC 5952.
    /// An IPv4-mapped IPv6 address is written as the IPv4 address it is. // R14
    /// </summary>
    public static class IpText
    {
        /// <summary>Bytes of an address: IPv6, or IPv4 as ::ffff:a.b.c.d.</summary>
        public const int AddressBytes = 16;

        /// <summary>The longest endpoint: eight groups of four digits, seven colons, brackets, colon and port.</summary>
        public const int MaxEndpointBytes = 47;

        /// <summary>Writes the twelve bytes before the IPv4 address in ::ffff:a.b.c.d.</summary>
        public static void WriteMappedPrefix(byte[] address, int offset)
        {
            for (int i = 0; i < 10; i++)
                address[offset + i] = 0;
            address[offset + 10] = 0xFF;
            address[offset + 11] = 0xFF;
        }

        /// <summary>Writes the endpoint at the start of <paramref name="text"/> and returns its length.</summary>
        public static int WriteEndpoint(byte[] address, int offset, int port, byte[] text)
        {
            int length;
            if (IsMapped(address, offset))
            {
                length = WriteIpv4(address, offset + 12, text);
            }
            else
            {
                text[0] = (byte)'[';
                length = WriteIpv6(address, offset, text, 1);
                text[length++] = (byte)']';
            }

            text[length++] = (byte)':';
            return WriteDecimal(port, text, length);
        }

        private static bool IsMapped(byte[] address, int offset)
        {
            for (int i = 0; i < 10; i++)
            {
                if (address[offset + i] != 0)
                    return false;
            }

            return address[offset + 10] == 0xFF && address[offset + 11] == 0xFF;
        }

        private static int WriteIpv4(byte[] address, int offset, byte[] text)
        {
            int position = 0;
            for (int i = 0; i < 4; i++)
            {
                if (i > 0)
                    text[position++] = (byte)'.';
                position = WriteDecimal(address[offset + i], text, position);
            }

            return position;
        }

        private static int WriteIpv6(byte[] address, int offset, byte[] text, int position)
        {
            FindLongestZeroRun(address, offset, out int runStart, out int runLength);
            int group = 0;
            while (group < 8)
            {
                if (group == runStart)
                {
                    text[position++] = (byte)':';
                    text[position++] = (byte)':';
                    group += runLength;
                    continue;
                }

                // The run's second colon already separates the group after it.
                if (group > 0 && group != runStart + runLength)
                    text[position++] = (byte)':';
                position = WriteHex(Group(address, offset, group), text, position);
                group++;
            }

            return position;
        }

        // RFC 5952: the longest run of two or more zero groups is shortened, the first one of equals.
        private static void FindLongestZeroRun(byte[] address, int offset, out int start, out int length)
        {
            start = -1;
            length = 1;
            int group = 0;
            while (group < 8)
            {
                int end = group;
                while (end < 8 && Group(address, offset, end) == 0)
                    end++;
                if (end - group > length)
                {
                    start = group;
                    length = end - group;
                }

                group = end + 1;
            }

            if (start < 0)
                length = 0;
        }

        private static int Group(byte[] address, int offset, int group)
        {
            return (address[offset + (2 * group)] << 8) | address[offset + (2 * group) + 1];
        }

        private static int WriteHex(int value, byte[] text, int position)
        {
            bool started = false;
            for (int shift = 12; shift >= 0; shift -= 4)
            {
                int digit = (value >> shift) & 0xF;
                if (digit == 0 && !started && shift > 0)
                    continue;
                started = true;
                text[position++] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
            }

            return position;
        }

        private static int WriteDecimal(int value, byte[] text, int position)
        {
            int divisor = 1;
            while (value / divisor >= 10)
                divisor *= 10;
            for (; divisor > 0; divisor /= 10)
                text[position++] = (byte)('0' + (value / divisor % 10));
            return position;
        }
    }
}
