using System;
using System.Text;

namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Writes the tokens of one document into a caller's buffer. Past the end of the buffer it only counts, so that the caller
    /// learns how much room the document needs; it never throws for want of room.
    /// </summary>
    internal abstract class TokenWriter
    {
        private byte[] _buffer = new byte[0];
        private byte[] _scratch = new byte[16];
        private int _start;
        private int _position;
        private int _end;

        public void Start(byte[] buffer, int offset, int capacity)
        {
            if (offset < 0 || capacity < 0 || offset > buffer.Length - capacity)
                throw new ArgumentOutOfRangeException(nameof(offset));

            _buffer = buffer;
            _start = offset;
            _position = offset;
            _end = offset + capacity;
            Reset();
        }

        /// <returns>Whether the document fits; <paramref name="length"/> is what it takes either way.</returns>
        public bool TryFinish(out int length)
        {
            length = _position - _start;
            return _position <= _end;
        }

        /// <param name="members">How many name and value pairs follow; CBOR announces them.</param>
        public abstract void BeginMap(int members);

        public abstract void EndMap();

        /// <param name="items">How many values follow; CBOR announces them.</param>
        public abstract void BeginList(int items);

        public abstract void EndList();

        /// <param name="name">ASCII, nothing in it that JSON escapes.</param>
        public abstract void Name(string name);

        public abstract void Integer(long value);

        /// <summary>Writes <c>value / 10^decimals</c>, as an integer when it is one.</summary>
        /// <param name="value">-999999999999999 to 999999999999999.</param>
        /// <param name="decimals">0 to 9.</param>
        public void Number(long value, int decimals)
        {
            while (decimals > 0 && value % 10 == 0)
            {
                value /= 10;
                decimals--;
            }

            if (decimals > 0)
                Fraction(value, decimals);
            else
                Integer(value);
        }

        public abstract void Text(byte[] utf8, int offset, int length);

        public void Text(string value)
        {
            // Three bytes hold any UTF-16 unit; there is no GetByteCount on nanoFramework.
            if (_scratch.Length < value.Length * 3)
                _scratch = new byte[value.Length * 3];
            int length = Encoding.UTF8.GetBytes(value, 0, value.Length, _scratch, 0);
            Text(_scratch, 0, length);
        }

        protected abstract void Reset();

        /// <param name="value">No multiple of 10.</param>
        /// <param name="decimals">1 or more.</param>
        protected abstract void Fraction(long value, int decimals);

        protected void Put(int value)
        {
            if (_position < _end)
                _buffer[_position] = (byte)value;
            _position++;
        }

        protected void Put(byte[] bytes, int offset, int length)
        {
            if (length <= _end - _position)
                Array.Copy(bytes, offset, _buffer, _position, length);
            _position += length;
        }

        protected void PutAscii(string text)
        {
            if (text.Length <= _end - _position)
                Encoding.UTF8.GetBytes(text, 0, text.Length, _buffer, _position);
            _position += text.Length;
        }
    }
}
