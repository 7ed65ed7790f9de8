using System;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Judging;

/// <summary>
/// Links the datapoints of a buffer that are of one metric: a period's smallest and largest message, or one metric over
/// several dimensions. Reused from buffer to buffer; allocates when it meets more than before.
/// </summary>
internal sealed class MetricChains
{
    private const int End = -1;

    private int[] _next = new int[32];
    private bool[] _isHead = new bool[32];

    // By metric; counts only when what it points at is an earlier datapoint of this buffer and of that metric.
    private int[] _tail = new int[32];

    public void Build(ReadOnlySpan<Datapoint> datapoints)
    {
        if (datapoints.Length > _next.Length)
        {
            _next = new int[datapoints.Length * 2];
            _isHead = new bool[datapoints.Length * 2];
        }

        for (int i = 0; i < datapoints.Length; i++)
        {
            int metric = datapoints[i].Metric.Index;
            if (metric >= _tail.Length)
                Array.Resize(ref _tail, metric * 2);
            int tail = _tail[metric];
            _next[i] = End;
            _isHead[i] = tail >= i || datapoints[tail].Metric.Index != metric;
            if (!_isHead[i])
                _next[tail] = i;
            _tail[metric] = i;
        }
    }

    /// <summary>Whether a datapoint is the first of its metric.</summary>
    public bool IsHead(int datapoint) => _isHead[datapoint];

    /// <summary>Steps from the first datapoint of a metric to the first of them that has a dimension (null: none).</summary>
    public bool TryFirst(ReadOnlySpan<Datapoint> datapoints, MetricDimension? dimension, ref int datapoint) =>
        datapoints[datapoint].Dimension == dimension || TryNext(datapoints, dimension, ref datapoint);

    /// <summary>Steps to the next datapoint of the same metric that has a dimension (null: none).</summary>
    public bool TryNext(ReadOnlySpan<Datapoint> datapoints, MetricDimension? dimension, ref int datapoint)
    {
        do
            datapoint = _next[datapoint];
        while (datapoint != End && datapoints[datapoint].Dimension != dimension);
        return datapoint != End;
    }

    /// <summary>The sum of the counts from one datapoint of a metric on.</summary>
    public long Sum(ReadOnlySpan<Datapoint> datapoints, MetricDimension? dimension, int datapoint)
    {
        long sum = 0;
        do
            sum = WindowTime.SaturatingAdd(sum, datapoints[datapoint].Count);
        while (TryNext(datapoints, dimension, ref datapoint));
        return sum;
    }
}
