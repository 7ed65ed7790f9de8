namespace Defender.Evaluator.Things;

/// <summary>What is wrong with a thing name (R19).</summary>
public enum ThingNameFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is empty.</summary>
    Empty,

    /// <summary>It has more than 128 bytes of UTF-8.</summary>
    TooLong,

    /// <summary>It is not well-formed UTF-8, or has half of a surrogate pair.</summary>
    NotUtf8,

    /// <summary>It has a control character: U+0000 to U+001F or U+007F to U+009F.</summary>
    ControlCharacter,
}
