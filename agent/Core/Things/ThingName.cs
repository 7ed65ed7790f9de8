using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Defender.Agent.Core.Things
{
    /// <summary>
    /// The name under which a device reports: one level of the report topic and the MQTT client id.
    /// Wider than a registry name ([a-zA-Z0-9:_-]), because a device that is not registered may report too.
    /// </summary>
    public sealed class ThingName
    {
        private readonly string _value;

        /// <summary>AWS: an MQTT client id, and so a thing name, has at most 128 bytes of UTF-8. // R19</summary>
        public const int MaxUtf8Bytes = 128;

        private ThingName(string value)
        {
            _value = value;
        }

        public string Value
        {
            get { return _value; }
        }

        /// <summary>Takes a name of 1 to 128 bytes of UTF-8 without control characters and topic characters. // R19</summary>
        /// <returns>True with <paramref name="name"/>, or false with the reason in <paramref name="error"/>.</returns>
        public static bool TryParse(string text, [NotNullWhen(true)] out ThingName? name, out ThingNameError error)
        {
            name = null;
            error = Check(text);
            if (error.Code != ThingNameErrorCode.None)
                return false;

            name = new ThingName(text);
            return true;
        }

        public override string ToString()
        {
            return Value;
        }

        private static ThingNameError Check(string text)
        {
            if (string.IsNullOrEmpty(text))
                return new ThingNameError(ThingNameErrorCode.Empty, 0, "a thing name has at least one character");

            // Over bytes, not chars: the limit counts bytes, and nanoFramework's indexer breaks on surrogate pairs.
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            if (utf8.Length > MaxUtf8Bytes)
            {
                return new ThingNameError(
                    ThingNameErrorCode.TooLong,
                    MaxUtf8Bytes,
                    "a thing name has at most 128 bytes of UTF-8, this one has " + utf8.Length.ToString());
            }

            for (int i = 0; i < utf8.Length; i++)
            {
                byte value = utf8[i];
                if (value < 0x20 || value == 0x7F || IsC1(utf8, i))
                {
                    return new ThingNameError(
                        ThingNameErrorCode.ControlCharacter,
                        i,
                        "a thing name has no control character, this one has one at byte " + i.ToString());
                }

                if (value == '/' || value == '+' || value == '#')
                {
                    return new ThingNameError(
                        ThingNameErrorCode.TopicCharacter, i, "a thing name is one level of an MQTT topic: no '/', '+' or '#'");
                }
            }

            // The encoder replaces half a surrogate pair, so only well-formed text survives the way there and back.
            if (Encoding.UTF8.GetString(utf8, 0, utf8.Length) == text)
                return new ThingNameError(ThingNameErrorCode.None, 0, "");

            return new ThingNameError(
                ThingNameErrorCode.NotUnicode, 0, "a thing name is well-formed Unicode, this one holds half a surrogate pair");
        }

        // U+0080 to U+009F are C2 80 to C2 9F; C2 is always a lead byte.
        private static bool IsC1(byte[] utf8, int index)
        {
            return utf8[index] == 0xC2 && index + 1 < utf8.Length && utf8[index + 1] <= 0x9F;
        }
    }
}
