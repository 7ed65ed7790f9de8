using System.Text;

namespace Defender.Agent.Core.Reports
{
    /// <summary>Checks the names and texts of custom metrics, over bytes and with room that is kept.</summary>
    internal sealed partial class CustomMetricText
    {
        // Three bytes hold any UTF-16 unit; there is no GetByteCount on nanoFramework.
        private const int BytesOfChar = 3;

        private byte[] _utf8 = new byte[64 * BytesOfChar];
        private int _length;

        /// <summary>1 to 128 of <c>[a-zA-Z0-9:_-]</c>, not beginning with <c>aws:</c>. // R15</summary>
        public CustomMetricError CheckName(string name)
        {
            if (string.IsNullOrEmpty(name) || name.Length > CustomMetrics.MaxNameLength)
                return CustomMetricError.NameLength;

            Read(name);
            for (int i = 0; i < _length; i++)
            {
                if (!IsOfName(_utf8[i]))
                    return CustomMetricError.NameCharacter;
            }

            bool isReserved = _length >= 4 && _utf8[0] == 'a' && _utf8[1] == 'w' && _utf8[2] == 's' && _utf8[3] == ':';
            return isReserved ? CustomMetricError.NameReserved : CustomMetricError.None;
        }

        private void Read(string text)
        {
            if (_utf8.Length < text.Length * BytesOfChar)
                _utf8 = new byte[text.Length * BytesOfChar];
            _length = Encoding.UTF8.GetBytes(text, 0, text.Length, _utf8, 0);
        }

        private static bool IsOfName(byte value)
        {
            return (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') || (value >= '0' && value <= '9')
                || value == ':' || value == '_' || value == '-';
        }
    }
}
