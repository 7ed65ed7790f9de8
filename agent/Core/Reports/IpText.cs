using System;

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

        /// <summary>Refuses, by an exception, an endpoint that a report cannot have.</summary>
        /// <param name="address">Holds the address in network order.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">4 for IPv4, 16 for IPv6.</param>
        /// <param name="remotePort">1 to 65535. // R14</param>
        /// <param name="localPort">0 to 65535. // R12</param>
        internal static void Check(byte[] address, int offset, int length, int remotePort, int localPort)
        {
            if (length != 4 && length != AddressBytes)
                throw new ArgumentOutOfRangeException(nameof(length));
            if (offset < 0 || offset > address.Length - length)
                throw new ArgumentOutOfRangeException(nameof(offset));
            if (remotePort < 1 || remotePort > 65535)
                throw new ArgumentOutOfRangeException(nameof(remotePort));
            if (localPort < 0 || localPort > 65535)
                throw new ArgumentOutOfRangeException(nameof(localPort));
        }

        /// <summary>Copies an address, IPv4 as ::ffff:a.b.c.d.</summary>
        internal static void Copy(byte[] address, int offset, int length, byte[] target, int start)
        {
            if (length == 4)
            {
                for (int i = 0; i < 10; i++)
                    target[start + i] = 0;
                target[start + 10] = 0xFF;
                target[start + 11] = 0xFF;
            }

            Array.Copy(address, offset, target, start + AddressBytes - length, length);
        }

        /// <summary>Writes the endpoint at the start of <paramref name="text"/> and returns its length.</summary>
        public static int WriteEndpoint(byte[] address, int offset, int port, byte[] text)
        {
            int length = 0;
            if (IsMapped(address, offset))
            {
                for (int i = 12; i < AddressBytes; i++)
                {
                    length = WriteDecimal(address[offset + i], text, length);
                    text[length++] = (byte)'.';
                }

                length--;
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
