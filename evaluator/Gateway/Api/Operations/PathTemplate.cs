using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Defender.Gateway.Api.Operations;

/// <summary>A path like <c>/things/{thingName}</c>: literals and parameters of one segment each.</summary>
internal sealed class PathTemplate
{
    private readonly string _text;
    private readonly ImmutableArray<string> _segments;

    public PathTemplate(string text)
    {
        _text = text;
        _segments = [.. text[1..].Split('/')];
    }

    public int Length => _segments.Length;

    /// <summary>Sorts templates of one length so that a literal is tried before a parameter.</summary>
    public string Precedence => string.Concat(_segments.Select(segment => IsParameter(segment) ? '1' : '0'));

    /// <summary>The names of the parameters.</summary>
    public IEnumerable<string> Parameters => _segments.Where(IsParameter).Select(segment => segment[1..^1]);

    /// <summary>Whether decoded segments are a path of this template; an empty one is no value of a parameter.</summary>
    public bool Matches(ImmutableArray<string> path)
    {
        if (path.Length != _segments.Length)
            return false;
        for (int i = 0; i < path.Length; i++)
        {
            if (IsParameter(_segments[i]) ? path[i].Length == 0 : path[i] != _segments[i])
                return false;
        }

        return true;
    }

    /// <summary>The value of a parameter in a path that matches.</summary>
    public string Value(string parameter, ImmutableArray<string> path) => path[_segments.IndexOf($"{{{parameter}}}")];

    public override string ToString() => _text;

    private static bool IsParameter(string segment) => segment.StartsWith('{');
}
