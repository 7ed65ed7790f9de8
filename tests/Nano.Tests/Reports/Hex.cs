namespace Defender.Nano.Tests.Reports
{
    /// <summary>Bytes as hexadecimal digits.</summary>
    internal static class Hex
    {
        public static byte[] ToBytes(string digits)
        {
            // nanoFramework: indexing a string walks it from its start.
            char[] characters = digits.ToCharArray();
            byte[] bytes = new byte[characters.Length / 2];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)((Value(characters[2 * i]) << 4) | Value(characters[(2 * i) + 1]));
            return bytes;
        }

        private static int Value(char digit)
        {
            return digit <= '9' ? digit - '0' : digit - 'a' + 10;
        }
    }
}
