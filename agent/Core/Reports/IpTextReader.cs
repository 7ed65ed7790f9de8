namespace Defender.Agent.Core.Reports
{
    /// <summary>Tells addresses from other text, as the gateway does (R14): no zone, brackets, port, prefix length or host name.</summary>
    internal static class IpTextReader
    {
        /// <summary>Eight groups, the last two as IPv4: 0000:0000:0000:0000:0000:ffff:255.255.255.255.</summary>
        public const int MaxLength = 45;

        private const int Groups = 8;

        public static bool IsAddress(byte[] text, int length)
        {
            for (int i = 0; i < length; i++)
            {
                if (text[i] == ':')
                    return IsIpv6(text, length);
            }

            return IsIpv4(text, 0, length);
        }

        // Four decimal octets; a leading zero would be octal to some readers.
        private static bool IsIpv4(byte[] text, int start, int end)
        {
            int octets = 0;
            int position = start;
            while (octets < 4)
            {
                int first = position;
                int value = 0;
                while (position < end && position < first + 3 && text[position] >= '0' && text[position] <= '9')
                    value = (value * 10) + text[position++] - '0';
                if (position == first || value > 255 || (text[first] == '0' && position > first + 1))
                    return false;

                octets++;
                if (octets == 4)
                    break;
                if (position == end || text[position++] != '.')
                    return false;
            }

            return position == end;
        }

        // RFC 4291, 2.2: groups of one to four digits, one run of zeros as ::, the last two groups as IPv4 where that is wanted.
        private static bool IsIpv6(byte[] text, int end)
        {
            int groups = 0;
            bool isShortened = false;
            int position = 0;
            while (position < end)
            {
                if (text[position] == ':')
                {
                    // A colon here is the first or second of ::, for the one between two groups was passed with its group.
                    bool isDouble = position + 1 < end && text[position + 1] == ':';
                    if (!isDouble || isShortened)
                        return false;
                    isShortened = true;
                    position += 2;
                    continue;
                }

                int digits = HexDigits(text, position, end);
                if (position + digits < end && text[position + digits] == '.')
                    return IsIpv4(text, position, end) && IsFull(groups + 2, isShortened);
                if (digits < 1 || digits > 4)
                    return false;

                groups++;
                position += digits;
                if (position == end)
                    break;
                if (text[position] != ':' || position + 1 == end)
                    return false;

                // The first colon of a :: is left for the next round.
                if (text[position + 1] != ':')
                    position++;
            }

            return IsFull(groups, isShortened);
        }

        private static bool IsFull(int groups, bool isShortened)
        {
            return isShortened ? groups < Groups : groups == Groups;
        }

        private static int HexDigits(byte[] text, int position, int end)
        {
            int first = position;
            while (position < end && IsHexDigit(text[position]))
                position++;
            return position - first;
        }

        private static bool IsHexDigit(byte value)
        {
            return (value >= '0' && value <= '9') || (value >= 'a' && value <= 'f') || (value >= 'A' && value <= 'F');
        }
    }
}
