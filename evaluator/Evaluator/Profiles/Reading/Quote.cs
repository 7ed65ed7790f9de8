namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Text of a document as it may stand in a message: shortened, without control characters.</summary>
internal static class Quote
{
    /// <summary>Holds the longest valid name twice; the three of a message stay well below <see cref="ProfileError.MaxMessageLength"/>.</summary>
    public const int MaxLength = 256;

    private const char Unprintable = '\uFFFD';

    public static string Of(string text)
    {
        bool cut = text.Length > MaxLength;
        int length = cut ? MaxLength : text.Length;
        if (cut && char.IsHighSurrogate(text[length - 1]))
            length--;
        return string.Create(cut ? length + 1 : length, (text, length), static (span, source) =>
        {
            for (int i = 0; i < source.length; i++)
                span[i] = char.IsControl(source.text[i]) ? Unprintable : source.text[i];
            if (span.Length > source.length)
                span[^1] = '…';
        });
    }
}
