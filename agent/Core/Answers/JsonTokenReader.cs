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
            if (_depth == 0 || _afterName)
                return ReadValue();

            bool isMap = _isMap[_depth - 1];
            if (Skip(isMap ? '}' : ']'))
            {
                _depth--;
                _isFirst = false;
                return isMap ? Token.MapEnd : Token.ListEnd;
            }

            if (!_isFirst)
            {
                if (!Skip(','))
                    return Token.Error;
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
            _afterName = true;
            return Skip(':') ? Token.Name : Token.Error;
        }

        private Token ReadValue()
        {
            _expectsValue = false;
            _afterName = false;
            int first = Peek();
            switch (first)
            {
                case '{':
                case '[':
                    return Open(first == '{');
                case '"':
                    return ReadText() ? Token.Text : Token.Error;
                case 't':
                    return ReadWord("true");
                case 'f':
                    return ReadWord("false");
                case 'n':
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
            bool isInteger = !Skip('-');
            int start = Position;
            long value = 0;
            while (IsDigit(Peek()))
            {
                int digit = Buffer[Position++] - '0';
                if (value > (long.MaxValue - digit) / 10)
                    isInteger = false;
                else
                    value = (value * 10) + digit;
            }

            if (Position == start || (Buffer[start] == '0' && Position > start + 1))
                return Token.Error;

            if (Skip('.'))
            {
                isInteger = false;
                if (!SkipDigits())
                    return Token.Error;
            }

            if (Skip('e') || Skip('E'))
            {
                isInteger = false;
                if (!Skip('+'))
                    Skip('-');
                if (!SkipDigits())
                    return Token.Error;
            }

            Integer = value;
            return isInteger ? Token.Integer : Token.Other;
        }

        private bool ReadText()
        {
            ClearText();
            if (!Skip('"'))
                return false;

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
            if (kind == 'u')
                return ReadUnicodeEscape();

            byte plain = (char)kind switch
            {
                '"' or '\\' or '/' => kind,
                'b' => 0x08,
                'f' => 0x0C,
                'n' => 0x0A,
                'r' => 0x0D,
                't' => 0x09,
                _ => 0,
            };
            if (plain == 0)
                return false;

            AddText(plain);
            return true;
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

            if (!Skip('\\') || !Skip('u'))
                return false;
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
            while (IsDigit(Peek()))
                Position++;
            return Position > start;
        }

        private void SkipWhiteSpace()
        {
            while (Skip(' ') || Skip('\t') || Skip('\n') || Skip('\r'))
            {
            }
        }

        private static bool IsDigit(int value)
        {
            return value >= '0' && value <= '9';
        }
    }
}
