using System.Linq;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>The length of a text as AWS's models mean it.</summary>
internal static class Characters
{
    /// <summary>Unicode characters, not UTF-16 units (Smithy's length trait).</summary>
    public static int Count(string text) => text.EnumerateRunes().Count();
}
