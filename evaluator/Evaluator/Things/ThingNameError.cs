using System;

namespace Defender.Evaluator.Things;

/// <summary>Why a text is no thing name.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Length">Its length in bytes of UTF-8; 0 where it has none.</param>
public readonly record struct ThingNameError(ThingNameFault Fault, int Length)
{
    /// <summary>One sentence; empty without a fault.</summary>
    public string Message => Fault switch
    {
        ThingNameFault.None => "",
        ThingNameFault.Empty => "The thing name is empty.",
        ThingNameFault.TooLong => $"The thing name has {Length} bytes of UTF-8; 1 to {ThingName.MaxLength} are allowed.",
        ThingNameFault.NotUtf8 => "The thing name is not well-formed Unicode text.",
        ThingNameFault.ControlCharacter => "The thing name has a control character (U+0000 to U+001F, U+007F to U+009F).",
        _ => throw new InvalidOperationException($"no message for {Fault}"),
    };
}
