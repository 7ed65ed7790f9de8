namespace Defender.Agent.Core.Reports
{
    /// <summary>Compact JSON (RFC 8259). Text is escaped byte by byte, so no character of it can break the document.</summary>
    internal sealed class JsonTokenWriter : TokenWriter
    {
        private const string HexDigits = "0123456789abcdef";

        private readonly byte[] _digits = new byte[20];
        private bool _needsComma;

        public override void BeginMap(int members)
        {
            Open('{');
        }

        public override void EndMap()
        {
            Close('}');
        }

        public override void BeginList(int items)
        {
            Open('[');
        }

        public override void EndList()
        {
            Close(']');
        }

        public override void Name(string name)
        {
            Separate();
            Put('"');
            PutAscii(name);
            Put('"');
            Put(':');
            _needsComma = false;
        }

        public override void Integer(long value)
        {
            Fraction(value, 0);
        }

        public override void Text(byte[] utf8, int offset, int length)
        {
            Separate();
            Put('"');
            int end = offset + length;
            for (int i = offset; i < end; i++)
                PutEscaped(utf8[i]);
            Put('"');
            _needsComma = true;
        }

        protected override void Reset()
        {
            _needsComma = false;
        }

        protected override void Fraction(long value, int decimals)
        {
            Separate();
            if (value < 0)
            {
                Put('-');
                value = -value;
            }

            int first = _digits.Length;
            int written = 0;
            do
            {
                if (written == decimals && written > 0)
                    _digits[--first] = (byte)'.';
                _digits[--first] = (byte)('0' + (value % 10));
                value /= 10;
                written++;
            }
            while (value > 0 || written <= decimals);

            Put(_digits, first, _digits.Length - first);
            _needsComma = true;
        }

        private void PutEscaped(byte value)
        {
            if (value == '"' || value == '\\')
            {
                Put('\\');
                Put(value);
            }
            else if (value >= 0x20)
            {
                Put(value);
            }
            else
            {
                PutAscii("\\u00");
                Put(HexDigits[value >> 4]);
                Put(HexDigits[value & 0xF]);
            }
        }

        private void Open(char bracket)
        {
            Separate();
            Put(bracket);
            _needsComma = false;
        }

        private void Close(char bracket)
        {
            Put(bracket);
            _needsComma = true;
        }

        private void Separate()
        {
            if (_needsComma)
                Put(',');
        }
    }
}
