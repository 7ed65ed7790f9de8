using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Defender.Evaluator.Profiles;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.CloudMetrics;

/// <summary>The topics inside or outside a dimension, ready to be matched. Immutable.</summary>
internal sealed class TopicDimension
{
    // AWS: 256 characters, of at most four bytes; in them 17 variables at most, each a client id of 128 bytes at most.
    private const int MaxSubstituted = 4096;

    private readonly ImmutableArray<string> _texts;
    private readonly Filter[] _filters;

    /// <param name="dimension">The dimension and on which side of it.</param>
    /// <param name="filters">Its topic filters. What is none by MQTT's grammar selects nothing.</param>
    public TopicDimension(MetricDimension dimension, ImmutableArray<string> filters)
    {
        Dimension = dimension;
        _texts = filters;
        _filters = [.. filters.Where(filter => TopicFilter.IsValid(filter)).Select(filter => new Filter(
            Encoding.UTF8.GetBytes(filter), filter.Contains(ClientIdVariable, StringComparison.Ordinal)))];
    }

    // AWS: stands in a filter for the client that publishes or subscribes.
    private const string ClientIdVariable = "${iot:ClientId}";

    private static ReadOnlySpan<byte> ClientIdVariableUtf8 => "${iot:ClientId}"u8;

    public MetricDimension Dimension { get; }

    /// <summary>Whether another one selects the same topics for the same series.</summary>
    public bool IsSame(TopicDimension other) => Dimension == other.Dimension && _texts.SequenceEqual(other._texts);

    /// <summary>Whether what a client does on a topic is counted here. Allocates nothing.</summary>
    public bool Selects(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> clientId) =>
        IsInside(topic, clientId) == (Dimension.Operator == DimensionValueOperator.In);

    private bool IsInside(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> clientId)
    {
        foreach (Filter filter in _filters)
        {
            if (filter.HasVariable ? MatchesFor(clientId, filter.Bytes, topic) : TopicFilter.Matches(filter.Bytes, topic))
                return true;
        }

        return false;
    }

    private static bool MatchesFor(ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        // Nobody widens a filter by the name it gives itself.
        if (clientId.IndexOfAny((byte)'+', (byte)'#') >= 0)
            return false;
        Span<byte> substituted = stackalloc byte[MaxSubstituted];
        int length = 0;
        while (!filter.IsEmpty)
        {
            int variable = filter.IndexOf(ClientIdVariableUtf8);
            ReadOnlySpan<byte> text = variable < 0 ? filter : filter[..variable];
            ReadOnlySpan<byte> value = variable < 0 ? default : clientId;
            if (length + text.Length + value.Length > MaxSubstituted)
                return false;
            text.CopyTo(substituted[length..]);
            value.CopyTo(substituted[(length + text.Length)..]);
            length += text.Length + value.Length;
            filter = variable < 0 ? default : filter[(variable + ClientIdVariableUtf8.Length)..];
        }

        return TopicFilter.Matches(substituted[..length], topic);
    }

    private readonly record struct Filter(byte[] Bytes, bool HasVariable);
}
