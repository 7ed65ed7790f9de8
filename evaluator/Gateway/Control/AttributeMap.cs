using System;
using System.Collections.Generic;
using System.Linq;

namespace Defender.Gateway.Control;

/// <summary>The attributes of things and groups: AttributePayload.</summary>
internal static class AttributeMap
{
    public static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();

    public static bool AreSame(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(attribute => b.TryGetValue(attribute.Key, out string? value) && value == attribute.Value);

    /// <summary>The attributes of something new: an empty value is no attribute, as in an update.</summary>
    public static IReadOnlyDictionary<string, string> Create(IReadOnlyDictionary<string, string>? given) => Change(Empty, given, merges: false);

    /// <summary>The attributes after a payload.</summary>
    /// <param name="before">Those before.</param>
    /// <param name="given">Those of the payload, an empty value removes one; null for no payload.</param>
    /// <param name="merges">Whether those that are not given stay.</param>
    public static IReadOnlyDictionary<string, string> Change(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string>? given, bool merges)
    {
        if (given is null)
            return before;
        IEnumerable<KeyValuePair<string, string>> kept = merges ? before.Where(attribute => !given.ContainsKey(attribute.Key)) : [];
        return kept.Concat(given.Where(attribute => attribute.Value.Length > 0))
            .ToDictionary(attribute => attribute.Key, attribute => attribute.Value, StringComparer.Ordinal);
    }
}
