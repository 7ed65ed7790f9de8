using System.Text;

namespace Defender.Agent.Core.Answers
{
    /// <summary>JSON (RFC 8259), strict in its grammar.</summary>
    internal sealed class JsonTokenReader : TokenReader
    {
        private readonly bool[] _isMap = new bool[MaxDepth];
        private int _depth;
        private bool _expectsValue;
        private bool _isFirst;
        private bool _afterName;

        public override Token Next()
        {
            SkipWhiteSpace();
            if (_depth == 0 && !_expectsValue)
                return Remaining == 0 ? Token.End : Token.Error;
            if (Remaining == 0)
                return Token.Error;
            if (_depth == 0 || _afterName)
                return ReadValue();

            byte next = Buffer[Position];
            bool isMap = _isMap[_depth - 1];
            if (next == (isMap ? '}' : ']'))
            {
                Position++;
                _depth--;
                _isFirst = false;
                return isMap ? Token.MapEnd : Token.ListEnd;
            }

            if (!_isFirst)
            {
                if (next != ',')
                    return Token.Error;
                Position++;
                SkipWhiteSpace();
            }

            _isFirst = false;
            return isMap ? ReadName() : ReadValue();
        }

        protected override void Reset()
        {
            _depth = 0;
            _expectsValue = true;
            _isFirst = false;
            _afterName = false;
        }

        private Token ReadName()
        {
            if (!ReadText())
                return Token.Error;

            SkipWhiteSpace();
            if (Remaining == 0 || Buffer[Position] != ':')
                return Token.Error;
            Position++;
            _afterName = true;
            return Token.Name;
        }

        private Token ReadValue()
        {
            _expectsValue = false;
            _afterName = false;
            if (Remaining == 0)
                return Token.Error;

            byte first = Buffer[Position];
            switch (first)
            {
                case (byte)'{':
                case (byte)'[':
                    return Open(first == '{');
                case (byte)'"':
                    return ReadText() ? Token.Text : Token.Error;
                case (byte)'t':
                    return ReadWord("true");
                case (byte)'f':
                    return ReadWord("false");
                case (byte)'n':
                    return ReadWord("null");
                default:
                    return ReadNumber();
            }
        }

        private Token Open(bool isMap)
        {
            if (_depth == MaxDepth)
                return Token.Error;

            Position++;
            _isMap[_depth++] = isMap;
            _isFirst = true;
            return isMap ? Token.MapStart : Token.ListStart;
        }

        private Token ReadWord(string word)
        {
            // nanoFramework: indexing a string walks it from its start.
            if (Remaining < word.Length || Encoding.UTF8.GetString(Buffer, Position, word.Length) != word)
                return Token.Error;

            Position += word.Length;
            return Token.Other;
        }

        private Token ReadNumber()
        {
            bool isInteger = true;
            if (Buffer[Position] == '-')
            {
                isInteger = false;
                Position++;
            }

            int start = Position;
            long value = 0;
            while (Remaining > 0 && IsDigit(Buffer[Position]))
            {
                int digit = Buffer[Position++] - '0';
                if (value > (long.MaxValue - digit) / 10)
                    isInteger = false;
                else
                    value = (value * 10) + digit;
            }

            if (Position == start || (Buffer[start] == '0' && Position > start + 1))
                return Token.Error;

            if (Remaining > 0 && Buffer[Position] == '.')
            {
                isInteger = false;
                Position++;
                if (!SkipDigits())
                    return Token.Error;
            }

            if (Remaining > 0 && (Buffer[Position] == 'e' || Buffer[Position] == 'E'))
            {
                isInteger = false;
                Position++;
                if (Remaining > 0 && (Buffer[Position] == '+' || Buffer[Position] == '-'))
                    Position++;
                if (!SkipDigits())
                    return Token.Error;
            }

            Integer = value;
            return isInteger ? Token.Integer : Token.Other;
        }

        private bool ReadText()
        {
            ClearText();
            if (Remaining == 0 || Buffer[Position] != '"')
                return false;

            Position++;
            while (Remaining > 0)
            {
                byte value = Buffer[Position++];
                if (value == '"')
                    return true;
                if (value < 0x20)
                    return false;
                if (value != '\\')
                    AddText(value);
                else if (!ReadEscape())
                    return false;
            }

            return false;
        }

        private bool ReadEscape()
        {
            if (Remaining == 0)
                return false;

            byte kind = Buffer[Position++];
            switch (kind)
            {
                case (byte)'"':
                case (byte)'\\':
                case (byte)'/':
                    AddText(kind);
                    return true;
                case (byte)'b':
                    AddText(0x08);
                    return true;
                case (byte)'f':
                    AddText(0x0C);
                    return true;
                case (byte)'n':
                    AddText(0x0A);
                    return true;
                case (byte)'r':
                    AddText(0x0D);
                    return true;
                case (byte)'t':
                    AddText(0x09);
                    return true;
                case (byte)'u':
                    return ReadUnicodeEscape();
                default:
                    return false;
            }
        }

        private bool ReadUnicodeEscape()
        {
            int unit = ReadHex4();
            if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
                return false;
            if (unit < 0xD800 || unit > 0xDBFF)
            {
                AddCodePoint(unit);
                return true;
            }

            if (Remaining < 2 || Buffer[Position] != '\\' || Buffer[Position + 1] != 'u')
                return false;
            Position += 2;
            int low = ReadHex4();
            if (low < 0xDC00 || low > 0xDFFF)
                return false;
            AddCodePoint(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            return true;
        }

        private int ReadHex4()
        {
            if (Remaining < 4)
                return -1;

            int value = 0;
            for (int i = 0; i < 4; i++)
            {
                int letter = Buffer[Position++];
                int digit = letter >= '0' && letter <= '9' ? letter - '0'
                    : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                    : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
                if (digit < 0)
                    return -1;
                value = (value << 4) | digit;
            }

            return value;
        }

        private void AddCodePoint(int code)
        {
            if (code < 0x80)
            {
                AddText((byte)code);
                return;
            }

            int continuations = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
            int lead = continuations == 1 ? 0xC0 : continuations == 2 ? 0xE0 : 0xF0;
            AddText((byte)(lead | (code >> (6 * continuations))));
            for (int shift = 6 * (continuations - 1); shift >= 0; shift -= 6)
                AddText((byte)(0x80 | ((code >> shift) & 0x3F)));
        }

        private bool SkipDigits()
        {
            int start = Position;
            while (Remaining > 0 && IsDigit(Buffer[Position]))
                Position++;
            return Position > start;
        }

        private void SkipWhiteSpace()
        {
            while (Remaining > 0)
            {
                byte value = Buffer[Position];
                if (value != ' ' && value != '\t' && value != '\n' && value != '\r')
                    return;
                Position++;
            }
        }

        private static bool IsDigit(byte value)
        {
            return value >= '0' && value <= '9';
        }
    }
}
