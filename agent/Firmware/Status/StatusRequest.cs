namespace Defender.Agent.Firmware.Status
{
    /// <summary>The request line of an HTTP/1 request, as far as the status page cares.</summary>
    public static class StatusRequest
    {
        /// <summary>Bytes of a request at most, its headers included.</summary>
        public const int MaxBytes = 1024;

        /// <summary>Whether the headers have ended.</summary>
        public static bool IsComplete(byte[] buffer, int length)
        {
            for (int i = 3; i < length; i++)
            {
                if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n' && buffer[i - 3] == '\r')
                    return true;
            }

            return false;
        }

        /// <summary>The status code of the answer: 200 for GET /, 404 for another path, 405 for another method, 400 for no HTTP.</summary>
        public static int Judge(byte[] buffer, int length)
        {
            int end = 0;
            while (end < length && buffer[end] != '\r')
                end++;

            if (!Ends(buffer, end, " HTTP/1.1") && !Ends(buffer, end, " HTTP/1.0"))
                return 400;
            if (!Begins(buffer, end, "GET /"))
                return 405;

            // GET / and nothing up to the version, which is 9 characters long.
            return end == 5 + 9 ? 200 : 404;
        }

        private static bool Begins(byte[] buffer, int length, string text)
        {
            return length >= text.Length && Is(buffer, 0, text);
        }

        private static bool Ends(byte[] buffer, int length, string text)
        {
            return length >= text.Length && Is(buffer, length - text.Length, text);
        }

        private static bool Is(byte[] buffer, int offset, string text)
        {
            char[] characters = text.ToCharArray();
            for (int i = 0; i < characters.Length; i++)
            {
                if (buffer[offset + i] != characters[i])
                    return false;
            }

            return true;
        }
    }
}
