using System;
using System.Collections.Immutable;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Metrics;

/// <summary>
/// A reusable list of datapoints with the members of their sets in flat arrays: filled by a report reader or by the
/// endpoint's own counters, read by the judge, cleared, filled again. It grows to the largest use and then allocates
/// nothing. Not thread-safe.
/// </summary>
public sealed class DatapointBuffer
{
    private readonly GrowingList<Datapoint> _datapoints = new(32);
    private readonly GrowingList<ushort> _ports = new(64);
    private readonly GrowingList<IpAddress> _addresses = new(64);
    private readonly GrowingList<double> _numbers = new(16);
    private readonly GrowingList<byte> _text = new(256);
    private readonly GrowingList<Range> _strings = new(16);

    /// <summary>The datapoints, in the order they were added.</summary>
    public ReadOnlySpan<Datapoint> Datapoints => _datapoints.Span;

    /// <summary>Forgets all datapoints, keeps the memory.</summary>
    public void Clear()
    {
        _datapoints.Clear();
        _ports.Clear();
        _addresses.Clear();
        _numbers.Clear();
        _text.Clear();
        _strings.Clear();
    }

    /// <summary>Adds a count, 0 or more, over all topics or over those of a dimension.</summary>
    public void AddCount(Metric metric, long count, MetricDimension? dimension = null) =>
        _datapoints.Add(new(metric, count, 0, 0, 0) { Dimension = dimension });

    /// <summary>Adds a number.</summary>
    public void AddNumber(Metric metric, double number) => _datapoints.Add(new(metric, 0, number, 0, 0));

    /// <summary>Adds a set of distinct ports.</summary>
    public void AddPorts(Metric metric, ReadOnlySpan<ushort> ports) =>
        _datapoints.Add(new(metric, 0, 0, _ports.AddRange(ports), ports.Length));

    /// <summary>Adds a set of distinct addresses, over all topics or over those of a dimension.</summary>
    public void AddAddresses(Metric metric, ReadOnlySpan<IpAddress> addresses, MetricDimension? dimension = null) =>
        _datapoints.Add(new(metric, 0, 0, _addresses.AddRange(addresses), addresses.Length) { Dimension = dimension });

    /// <summary>Adds a set of numbers.</summary>
    public void AddNumbers(Metric metric, ReadOnlySpan<double> numbers) =>
        _datapoints.Add(new(metric, 0, 0, _numbers.AddRange(numbers), numbers.Length));

    /// <summary>Adds an empty set of strings; <see cref="AddString"/> adds its members one by one.</summary>
    public void AddStrings(Metric metric) => _datapoints.Add(new(metric, 0, 0, _strings.Count, 0));

    /// <summary>Adds a member, in UTF-8, to the set of strings that <see cref="AddStrings"/> added last.</summary>
    public void AddString(ReadOnlySpan<byte> utf8)
    {
        int start = _text.AddRange(utf8);
        _strings.Add(new Range(start, start + utf8.Length));
        ref Datapoint last = ref _datapoints.Last;
        last = last with { Length = last.Length + 1 };
    }

    /// <summary>The members of a set of ports.</summary>
    public ReadOnlySpan<ushort> Ports(in Datapoint datapoint) => _ports.Span.Slice(datapoint.Start, datapoint.Length);

    /// <summary>The members of a set of addresses.</summary>
    public ReadOnlySpan<IpAddress> Addresses(in Datapoint datapoint) => _addresses.Span.Slice(datapoint.Start, datapoint.Length);

    /// <summary>The members of a set of numbers.</summary>
    public ReadOnlySpan<double> Numbers(in Datapoint datapoint) => _numbers.Span.Slice(datapoint.Start, datapoint.Length);

    /// <summary>One member, in UTF-8, of a set of strings.</summary>
    /// <param name="datapoint">The set.</param>
    /// <param name="member">0 to <see cref="Datapoint.Length"/> - 1.</param>
    public ReadOnlySpan<byte> String(in Datapoint datapoint, int member) => _text.Span[_strings.Span[datapoint.Start + member]];

    /// <summary>The datapoint as a document value. Allocates: for events and listings.</summary>
    public MetricValue ToMetricValue(in Datapoint datapoint)
    {
        switch (datapoint.Metric.Kind)
        {
            case MetricValueKind.Count:
                return MetricValue.OfCount(datapoint.Count);
            case MetricValueKind.Number:
                return MetricValue.OfNumber(datapoint.Number);
            case MetricValueKind.Ports:
                var ports = ImmutableArray.CreateBuilder<int>(datapoint.Length);
                foreach (ushort port in Ports(datapoint))
                    ports.Add(port);
                return MetricValue.OfPorts(ports.MoveToImmutable());
            case MetricValueKind.Cidrs:
                var cidrs = ImmutableArray.CreateBuilder<string>(datapoint.Length);
                foreach (IpAddress address in Addresses(datapoint))
                    cidrs.Add(address.ToString());
                return MetricValue.OfCidrs(cidrs.MoveToImmutable());
            case MetricValueKind.Numbers:
                return MetricValue.OfNumbers([.. Numbers(datapoint)]);
            default:
                var strings = ImmutableArray.CreateBuilder<string>(datapoint.Length);
                for (int i = 0; i < datapoint.Length; i++)
                    strings.Add(Encoding.UTF8.GetString(String(datapoint, i)));
                return MetricValue.OfStrings(strings.MoveToImmutable());
        }
    }
}
