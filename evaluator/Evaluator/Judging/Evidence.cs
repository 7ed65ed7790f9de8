using Defender.Evaluator.Alarms;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Judging;

/// <summary>The value that was judged, turned into a document only when an event needs it: a datapoint or a sum of several.</summary>
internal readonly ref struct Evidence
{
    private readonly DatapointBuffer? _buffer;
    private readonly int _datapoint;
    private readonly long _sum;

    /// <summary>A datapoint as it came.</summary>
    public Evidence(DatapointBuffer buffer, int datapoint)
    {
        _buffer = buffer;
        _datapoint = datapoint;
    }

    /// <summary>A sum of counts.</summary>
    public Evidence(long sum) => _sum = sum;

    /// <summary>The value. Allocates.</summary>
    public MetricValue ToMetricValue() =>
        _buffer is null ? MetricValue.OfCount(_sum) : _buffer.ToMetricValue(_buffer.Datapoints[_datapoint]);

    /// <summary>The value as an open alarm remembers it. Allocates.</summary>
    public MetricValue ToKeptValue(SetRule? rule)
    {
        MetricValue value = ToMetricValue();
        return KeptValue.Fits(value) ? value : KeptValue.Of(value, Offending(rule));
    }

    /// <summary>Whether the value is the same as one that was turned into a document before.</summary>
    public bool IsSame(MetricValue value) => _buffer is null
        ? value.Kind == MetricValueKind.Count && value.Count == _sum
        : KeptValue.IsSame(value, _buffer, _buffer.Datapoints[_datapoint]);

    /// <summary>The members that break a rule on sets; null without such a rule. Allocates.</summary>
    public MetricValue? Offending(SetRule? rule) =>
        _buffer is null ? null : rule?.Offending(_buffer, _buffer.Datapoints[_datapoint]);
}
