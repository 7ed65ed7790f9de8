namespace Defender.Agent.Core.Reports
{
    /// <summary>CBOR (RFC 8949) with definite lengths and shortest heads: its core deterministic encoding but for the key order.</summary>
    internal sealed class CborTokenWriter : TokenWriter
    {
        private const int UnsignedType = 0 << 5;
        private const int NegativeType = 1 << 5;
        private const int TextType = 3 << 5;
        private const int ListType = 4 << 5;
        private const int MapType = 5 << 5;
        private const int SimpleType = 7 << 5;

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
            // Major type 1 holds -1 - n.
            if (value < 0)
                PutHead(NegativeType, -1 - value);
            else
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

        // A decimal fraction is a tag, which reports may not have (R17): the nearest double, in the shortest form that holds it.
        protected override void Fraction(long value, int decimals)
        {
            long bits = BinaryFloat.Bits(value < 0 ? -value : value, decimals);
            int exponent = (int)(bits >> BinaryFloat.FractionBits) - BinaryFloat.Bias;
            long fraction = bits & ((1L << BinaryFloat.FractionBits) - 1);
            int sign = value < 0 ? 1 : 0;

            // A number of at most 9 decimals that has few bits is neither too small for a half nor for a single.
            if (Fits(fraction, 10) && exponent <= 15)
                PutFloat(25, 2, sign, exponent + 15, fraction, 10);
            else if (Fits(fraction, 23))
                PutFloat(26, 4, sign, exponent + 127, fraction, 23);
            else
                PutFloat(27, 8, sign, exponent + BinaryFloat.Bias, fraction, BinaryFloat.FractionBits);
        }

        private static bool Fits(long fraction, int fractionBits)
        {
            return (fraction & ((1L << (BinaryFloat.FractionBits - fractionBits)) - 1)) == 0;
        }

        private void PutFloat(int information, int bytes, int sign, int exponent, long fraction, int fractionBits)
        {
            Put(SimpleType | information);
            PutBytes(
                ((long)sign << ((bytes * 8) - 1)) | ((long)exponent << fractionBits)
                    | (fraction >> (BinaryFloat.FractionBits - fractionBits)),
                bytes);
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
            PutBytes(argument, bytes);
        }

        private void PutBytes(long value, int bytes)
        {
            for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
                Put((int)((value >> shift) & 0xFF));
        }
    }
}
