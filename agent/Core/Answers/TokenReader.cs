using System.Text;

namespace Defender.Agent.Core.Answers
{
    /// <summary>Hands out the tokens of one document, without recursion and in fixed room.</summary>
    internal abstract class TokenReader
    {
        /// <summary>Longer texts are cut here; a name or word that matters is far shorter.</summary>
        public const int MaxTextBytes = 512;

        /// <summary>Nesting that is followed. // R05</summary>
        protected const int MaxDepth = 16;

        private const int MaxWordBytes = 16;

        private readonly byte[] _text = new byte[MaxTextBytes];
        private readonly byte[] _word = new byte[MaxWordBytes];
        private int _textLength;
        private bool _isCut;

        /// <summary>The integer read last. Fields, because a property is two methods more in a device's flash.</summary>
        public long Integer;

        protected byte[] Buffer = new byte[0];
        protected int Position;
        protected int End;

        protected int Remaining
        {
            get { return End - Position; }
        }

        public void Start(byte[] buffer, int offset, int length)
        {
            Buffer = buffer;
            Position = offset;
            End = offset + length;
            Reset();
        }

        public abstract Token Next();

        /// <summary>The text or name read last.</summary>
        public string TextAsString()
        {
            return Encoding.UTF8.GetString(_text, 0, _textLength);
        }

        /// <summary>Whether this is the text or name read last: a comparison that makes no text.</summary>
        /// <param name="word">ASCII, at most <see cref="MaxWordBytes"/>.</param>
        public bool TextIs(string word)
        {
            if (_textLength != word.Length)
                return false;

            // nanoFramework: indexing a string walks it from its start.
            Encoding.UTF8.GetBytes(word, 0, word.Length, _word, 0);
            for (int i = 0; i < _textLength; i++)
            {
                if (_text[i] != _word[i])
                    return false;
            }

            return true;
        }

        protected abstract void Reset();

        /// <summary>The byte at the position, which stays; -1 at the end.</summary>
        protected int Peek()
        {
            return Position < End ? Buffer[Position] : -1;
        }

        /// <summary>Goes on by one when the byte at the position is this.</summary>
        protected bool Skip(char value)
        {
            if (Peek() != value)
                return false;

            Position++;
            return true;
        }

        protected void ClearText()
        {
            _textLength = 0;
            _isCut = false;
        }

        /// <summary>Adds one byte of the text, or drops it when the room is full; never leaves half a character.</summary>
        protected void AddText(byte value)
        {
            if (_isCut)
                return;
            if (_textLength < MaxTextBytes)
            {
                _text[_textLength++] = value;
                return;
            }

            _isCut = true;
            if ((value & 0xC0) != 0x80)
                return;

            // The byte that did not fit continues a character: take back what is there of it, its lead byte included.
            while (_textLength > 0 && (_text[_textLength - 1] & 0xC0) == 0x80)
                _textLength--;
            if (_textLength > 0)
                _textLength--;
        }
    }
}
