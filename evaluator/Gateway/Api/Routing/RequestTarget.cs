using System;
using System.Collections.Immutable;
using System.Linq;

namespace Defender.Gateway.Api.Routing;

/// <summary>The target in the request line, as it was sent: the server's own path is decoded once already.</summary>
/// <param name="Path">What stands before the question mark; starts with a slash.</param>
/// <param name="Query">What stands after it; empty without one.</param>
internal readonly record struct RequestTarget(string Path, string Query)
{
    /// <summary>Takes a target apart; of the absolute form, which proxies use, scheme and authority are left out.</summary>
    public static RequestTarget Parse(string rawTarget)
    {
        string target = rawTarget;
        int authority = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        if (authority >= 0)
        {
            int end = target.AsSpan(authority + 3).IndexOfAny('/', '?');
            target = end < 0 ? "/" : target[(authority + 3 + end)..];
        }

        int question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? new RequestTarget(target, "") : new RequestTarget(target[..question], target[(question + 1)..]);
    }

    /// <summary>
    /// Splits the path and decodes each segment once, so that an encoded slash stays inside its segment. False for a
    /// broken escape and for control characters, which no name holds.
    /// </summary>
    public bool TrySplitPath(out ImmutableArray<string> segments)
    {
        segments = [];
        if (!Path.StartsWith('/'))
            return false;
        var decoded = ImmutableArray.CreateBuilder<string>();
        foreach (string segment in Path[1..].Split('/'))
        {
            if (!PercentText.TryDecode(segment, plusIsSpace: false, out string? text) || text.Any(char.IsControl))
                return false;
            decoded.Add(text);
        }

        segments = decoded.DrainToImmutable();
        return true;
    }
}
