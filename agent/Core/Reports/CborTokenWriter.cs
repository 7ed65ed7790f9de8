namespace Defender.Agent.Core.Reports
{
    /// <summary>CBOR (RFC 8949) with definite lengths and shortest heads: its core deterministic encoding but for the key order.</summary>
    internal sealed class CborTokenWriter : TokenWriter
    {
        private const int UnsignedType = 0 << 5;
        private const int TextType = 3 << 5;
        private const int ListType = 4 << 5;
        private const int MapType = 5 << 5;

        public override void BeginMap(int members)
        {
            PutHead(MapType, members);
        }

        public override void EndMap()
        {
        }

        public override void BeginList(int items)
        {
            PutHead(ListType, items);
        }

        public override void EndList()
        {
        }

        public override void Name(string name)
        {
            PutHead(TextType, name.Length);
            PutAscii(name);
        }

        public override void Integer(long value)
        {
            PutHead(UnsignedType, value);
        }

        public override void Text(byte[] utf8, int offset, int length)
        {
            PutHead(TextType, length);
            Put(utf8, offset, length);
        }

        protected override void Reset()
        {
        }

        private void PutHead(int majorType, long argument)
        {
            if (argument < 24)
            {
                Put(majorType | (int)argument);
                return;
            }

            // Additional information 24, 25, 26, 27: an argument of 1, 2, 4, 8 bytes follows.
            int bytes = argument <= 0xFF ? 1 : argument <= 0xFFFF ? 2 : argument <= 0xFFFFFFFFL ? 4 : 8;
            Put(majorType | (bytes == 1 ? 24 : bytes == 2 ? 25 : bytes == 4 ? 26 : 27));
            for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
                Put((int)((argument >> shift) & 0xFF));
        }
    }
}
