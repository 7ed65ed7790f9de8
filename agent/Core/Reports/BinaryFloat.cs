namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Decimal numbers as IEEE 754 doubles, by integer arithmetic: nothing in Core calculates with floating point, which
    /// nanoFramework formats and compares in ways of its own.
    /// </summary>
    internal static class BinaryFloat
    {
        /// <summary>Bits of a double's fraction.</summary>
        public const int FractionBits = 52;

        /// <summary>The exponent that a double's bits add.</summary>
        public const int Bias = 1023;

        private const long Leading = 1L << FractionBits;

        /// <summary>The bits of the double nearest to <c>value / 10^decimals</c>, ties to even.</summary>
        /// <param name="value">1 to 999999999999999.</param>
        /// <param name="decimals">0 to 9.</param>
        public static long Bits(long value, int decimals)
        {
            long divisor = 1;
            for (int i = 0; i < decimals; i++)
                divisor *= 10;

            // Long division, a bit a round, until the quotient has the 53 bits of a double's significand.
            long significand = value / divisor;
            long rest = value % divisor;
            int exponent = FractionBits;
            while (significand < Leading)
            {
                rest *= 2;
                significand *= 2;
                if (rest >= divisor)
                {
                    rest -= divisor;
                    significand++;
                }

                exponent--;
            }

            bool isAboveHalf = rest * 2 > divisor || (rest * 2 == divisor && (significand & 1) == 1);
            if (isAboveHalf)
                significand++;
            if (significand == Leading * 2)
            {
                significand = Leading;
                exponent++;
            }

            return ((long)(exponent + Bias) << FractionBits) | (significand - Leading);
        }
    }
}
