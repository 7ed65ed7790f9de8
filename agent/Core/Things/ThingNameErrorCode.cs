namespace Defender.Agent.Core.Things
{
    /// <summary>Why a text is no thing name.</summary>
    public enum ThingNameErrorCode
    {
        /// <summary>It is one.</summary>
        None,

        /// <summary>No character at all.</summary>
        Empty,

        /// <summary>More than <see cref="ThingName.MaxUtf8Bytes"/> bytes of UTF-8.</summary>
        TooLong,

        /// <summary>A character of category Cc: U+0000 to U+001F, U+007F to U+009F.</summary>
        ControlCharacter,

        /// <summary>A <c>/</c>, <c>+</c> or <c>#</c>: the name could not be one level of a topic.</summary>
        TopicCharacter,

        /// <summary>Half a surrogate pair: text that UTF-8 cannot carry.</summary>
        NotUnicode,
    }
}
