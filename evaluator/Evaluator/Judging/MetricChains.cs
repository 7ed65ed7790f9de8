using System;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Judging;

/// <summary>
/// Links the datapoints of a buffer that are of one metric: a period's smallest and largest message, or one metric over
/// several dimensions. Reused from buffer to buffer; allocates when it meets more than before.
/// </summary>
internal sealed class MetricChains
{
    private const int End = -1;

    private int[] _next = new int[32];
    private int[] _tail = new int[32]; // by metric; counts only when it is a datapoint of this buffer and that metric
    private bool[] _isHead = new bool[32];

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

    /// <summary>The next datapoint of the same metric.</summary>
    public bool TryNext(ref int datapoint) => (datapoint = _next[datapoint]) != End;
}
