namespace Defender.Agent.Firmware.Configuration
{
    /// <summary>Reads <c>mqtts://host:port</c>.</summary>
    public static class EndpointText
    {
        private const string Tls = "mqtts://";
        private const string Plain = "mqtt://";

        // RFC 1035, 2.3.4.
        private const int MaxHostLength = 253;

        /// <param name="text">What the configuration says.</param>
        /// <param name="useTls">True for mqtts.</param>
        /// <param name="host">A name or an IPv4 address: nanoFramework resolves no IPv6.</param>
        /// <param name="port">As said, or 8883 and 1883.</param>
        public static bool TryParse(string text, out bool useTls, out string host, out int port)
        {
            useTls = text.StartsWith(Tls);
            host = "";
            port = useTls ? 8883 : 1883;
            if (!useTls && !text.StartsWith(Plain))
                return false;

            string rest = text.Substring(useTls ? Tls.Length : Plain.Length);
            int colon = rest.IndexOf(':');
            string name = colon < 0 ? rest : rest.Substring(0, colon);
            if (!IsHost(name) || (colon >= 0 && !TryReadPort(rest.Substring(colon + 1), out port)))
                return false;

            host = name;
            return true;
        }

        /// <summary>Whether a text is a host name or an IPv4 address by its characters.</summary>
        public static bool IsHost(string text)
        {
            if (text.Length == 0 || text.Length > MaxHostLength)
                return false;

            char[] characters = text.ToCharArray();
            for (int i = 0; i < characters.Length; i++)
            {
                char c = characters[i];
                bool isAllowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
                if (!isAllowed)
                    return false;
            }

            return true;
        }

        private static bool TryReadPort(string text, out int port)
        {
            port = 0;
            char[] digits = text.ToCharArray();
            if (digits.Length == 0 || digits.Length > 5)
                return false;

            for (int i = 0; i < digits.Length; i++)
            {
                if (digits[i] < '0' || digits[i] > '9')
                    return false;
                port = (port * 10) + (digits[i] - '0');
            }

            return port >= 1 && port <= 65535;
        }
    }
}
