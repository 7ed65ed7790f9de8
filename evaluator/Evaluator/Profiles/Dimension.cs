using System;
using System.Collections.Immutable;
using System.Linq;

namespace Defender.Evaluator.Profiles;

/// <summary>A dimension of the account. AWS has one type, TOPIC_FILTER.</summary>
/// <param name="Name">1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</param>
/// <param name="StringValues">1 to 100 topic filters of 1 to 256 characters; <c>+</c>, <c>#</c> and <c>${iot:ClientId}</c> allowed.</param>
public sealed record Dimension(string Name, ImmutableArray<string> StringValues)
{
    /// <summary>Whether name and filters are the same, filters one by one.</summary>
    public bool Equals(Dimension? other) => other is not null && Name == other.Name && StringValues.SequenceEqual(other.StringValues);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, StringValues.Length);
}
