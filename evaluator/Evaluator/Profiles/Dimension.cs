using System.Collections.Immutable;

namespace Defender.Evaluator.Profiles;

/// <summary>A dimension of the account. AWS has one type, TOPIC_FILTER.</summary>
/// <param name="Name">1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</param>
/// <param name="StringValues">1 to 100 topic filters of 1 to 256 characters; <c>+</c>, <c>#</c> and <c>${iot:ClientId}</c> allowed.</param>
public sealed record Dimension(string Name, ImmutableArray<string> StringValues);
