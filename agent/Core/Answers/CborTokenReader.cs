namespace Defender.Agent.Core.Answers
{
    /// <summary>CBOR (RFC 8949): definite and indefinite lengths; tags are passed over. Names must be text.</summary>
    internal sealed class CborTokenReader : TokenReader
    {
        private const long Indefinite = -1;
        private const int Break = 0xFF;

        // Values still to come in each open container; a map counts its names too.
        private readonly long[] _left = new long[MaxDepth];
        private readonly bool[] _isMap = new bool[MaxDepth];
        private readonly bool[] _atName = new bool[MaxDepth];
        private int _depth;
        private bool _isDone;
        private int _majorType;
        private long _argument;

        public override Token Next()
        {
            if (_depth == 0)
                return _isDone ? (Remaining == 0 ? Token.End : Token.Error) : ReadValue();

            int top = _depth - 1;
            if (_left[top] == 0)
                return Close();

            if (_left[top] == Indefinite)
            {
                if (Remaining > 0 && Buffer[Position] == Break)
                {
                    Position++;
                    return _isMap[top] && !_atName[top] ? Token.Error : Close();
                }
            }
            else
            {
                _left[top]--;
            }

            if (!_isMap[top])
                return ReadValue();

            bool isName = _atName[top];
            _atName[top] = !isName;
            Token token = ReadValue();
            if (!isName)
                return token;
            return token == Token.Text ? Token.Name : Token.Error;
        }

        protected override void Reset()
        {
            _depth = 0;
            _isDone = false;
        }

        private Token ReadValue()
        {
            _isDone = true;
            do
            {
                if (!ReadHead())
                    return Token.Error;
            }
            while (_majorType == 6);

            switch (_majorType)
            {
                case 0:
                    if (_argument == Indefinite)
                        return Token.Error;
                    Integer = _argument;
                    return _argument < 0 ? Token.Other : Token.Integer;
                case 1:
                    return _argument == Indefinite ? Token.Error : Token.Other;
                case 2:
                case 3:
                    return ReadText(_majorType) ? (_majorType == 3 ? Token.Text : Token.Other) : Token.Error;
                case 4:
                    return Open(false);
                case 5:
                    return Open(true);
                default:
                    return _argument == Indefinite ? Token.Error : Token.Other; // simple values and floats are heads only
            }
        }

        // Sets the argument to Indefinite for additional information 31, and to a number below that for one past 2^63 - 1.
        private bool ReadHead()
        {
            if (Remaining == 0)
                return false;

            byte head = Buffer[Position++];
            _majorType = head >> 5;
            int information = head & 0x1F;
            if (information < 24)
            {
                _argument = information;
                return true;
            }

            if (information == 31)
            {
                _argument = Indefinite;
                return _majorType != 6;
            }

            int bytes = information > 27 ? 0 : 1 << (information - 24);
            if (bytes == 0 || Remaining < bytes)
                return false;

            long value = 0;
            for (int i = 0; i < bytes; i++)
                value = (value << 8) | Buffer[Position++];
            _argument = value < 0 ? long.MinValue : value;
            return true;
        }

        private bool ReadText(int majorType)
        {
            ClearText();
            if (_argument != Indefinite)
                return ReadChunk();

            while (Remaining > 0 && Buffer[Position] != Break)
            {
                if (!ReadHead() || _majorType != majorType || _argument == Indefinite || !ReadChunk())
                    return false;
            }

            if (Remaining == 0)
                return false;
            Position++;
            _majorType = majorType;
            return true;
        }

        private bool ReadChunk()
        {
            if (_argument < 0 || _argument > Remaining)
                return false;

            for (long i = 0; i < _argument; i++)
                AddText(Buffer[Position++]);
            return true;
        }

        private Token Open(bool isMap)
        {
            // Every value takes a byte at least: an announced length beyond the document is refused at once.
            if (_depth == MaxDepth || (_argument != Indefinite && (_argument < 0 || _argument > Remaining)))
                return Token.Error;

            _left[_depth] = _argument == Indefinite || !isMap ? _argument : _argument * 2;
            _isMap[_depth] = isMap;
            _atName[_depth] = true;
            _depth++;
            return isMap ? Token.MapStart : Token.ListStart;
        }

        private Token Close()
        {
            _depth--;
            return _isMap[_depth] ? Token.MapEnd : Token.ListEnd;
        }
    }
}
