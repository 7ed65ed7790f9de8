using System;
using System.Buffers;
using System.Buffers.Binary;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>
/// Makes datapoints of the values of a report (CONTRACT a.8): collects what belongs to one metric and adds it when the part of
/// the report that it came from is complete. Reused from report to report.
/// </summary>
internal sealed class DatapointBuilder(DistinctKeys keys)
{
    private const long MaxCounter = 1L << 53; // R11

    private const int FewAddresses = 16;

    private static readonly SearchValues<byte> StringListBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_/.-"u8);

    private readonly GrowingList<ushort> _ports = new(64);
    private readonly ulong[] _portBits = new ulong[65536 / 64];
    private readonly GrowingList<IpAddress> _addresses = new(64);
    private readonly GrowingList<double> _numbers = new(64);
    private readonly GrowingList<byte> _text = new(256);
    private readonly GrowingList<int> _textEnds = new(64);
    private readonly byte[] _name = new byte[MetricCatalog.MaxNameLength];

    private Report _report = null!;
    private MetricCatalog _metrics = null!;
    private ulong _addressBits;
    private uint _addressScope;
    private Int128? _total;
    private int _listLength; // -1: there was no list
    private int _nameLength;
    private MetricValueKind? _customKind;
    private DropReason? _customFault;

    public void Begin(Report report, MetricCatalog metrics)
    {
        _report = report;
        _metrics = metrics;
    }

    public void AddCounter(Metric metric, Int128 value)
    {
        if (value > MaxCounter)
            _report.Drop(metric, DropReason.CounterWrapped);
        else
            _report.Datapoints.AddCount(metric, (long)value);
    }

    /// <summary>An object with a list and a total begins.</summary>
    public void BeginListing()
    {
        _total = null;
        _listLength = -1;
        ClearPorts();
        ClearAddresses();
    }

    public void SetTotal(Int128 total) => _total = total;

    public void SetListLength(int length) => _listLength = length;

    public void AddPort(ushort port)
    {
        ref ulong word = ref _portBits[port >> 6];
        ulong bit = 1UL << port;
        if ((word & bit) != 0)
            return;
        word |= bit;
        _ports.Add(port);
    }

    public void AddAddress(IpAddress address)
    {
        // The first few are compared one by one, which is faster than hashing them well, and not even that where their
        // bits of 64 say that the address is a new one; the others are looked up.
        ReadOnlySpan<IpAddress> known = _addresses.Span;
        ulong bit = 1UL << (int)(((ulong)address.Bits ^ (ulong)(address.Bits >> 64)) * 0x9E37_79B9_7F4A_7C15 >> 58);
        if ((_addressBits & bit) != 0 && known[..Math.Min(known.Length, FewAddresses)].Contains(address))
            return;
        _addressBits |= bit;
        if (known.Length >= FewAddresses && !AddKey(address))
            return;
        _addresses.Add(address);
    }

    public void EndListing(Slot listing)
    {
        Int128 count = _total ?? _listLength;
        if (count > long.MaxValue)
            _report.Drop(listing.CountMetric!, DropReason.TotalTooLarge);
        else if (count >= 0)
            _report.Datapoints.AddCount(listing.CountMetric!, (long)count);

        if (_listLength < 0)
            return;
        if (listing.SetMetric!.Kind == MetricValueKind.Ports)
            _report.Datapoints.AddPorts(listing.SetMetric, _ports.Span);
        else
            _report.Datapoints.AddAddresses(listing.SetMetric, _addresses.Span);
    }

    /// <summary>A custom metric begins.</summary>
    /// <param name="name">1 to 128 ASCII characters.</param>
    public void BeginCustom(ReadOnlySpan<byte> name)
    {
        name.CopyTo(_name);
        _nameLength = name.Length;
        _customKind = null;
        _customFault = null;
    }

    /// <summary>The custom metric has a value of this kind; its numbers, strings or addresses follow.</summary>
    public void BeginCustomValue(MetricValueKind kind)
    {
        _customKind = kind;
        _numbers.Clear();
        _text.Clear();
        _textEnds.Clear();
        ClearAddresses();
    }

    public void AddCustomNumber(double number)
    {
        _numbers.Add(number);
        if (!double.IsFinite(number))
            _customFault ??= DropReason.NumberTooLarge;
    }

    public void AddCustomString(ReadOnlySpan<byte> text)
    {
        _text.AddRange(text);
        _textEnds.Add(_text.Count);
        if (text.ContainsAnyExcept(StringListBytes))
            _customFault ??= DropReason.StringNotAllowed;
    }

    public void AddCustomAddress(ReadOnlySpan<byte> text)
    {
        if (IpAddress.TryParse(text, out IpAddress address))
            AddAddress(address);
        else
            _customFault ??= DropReason.NotAnAddress;
    }

    public void EndCustom()
    {
        ReadOnlySpan<byte> name = _name.AsSpan(0, _nameLength);
        if (!_metrics.TryGet(name, out Metric? metric) || metric.Side != MetricSide.Custom)
            _report.Drop(name, DropReason.NotDefined);
        else if (metric.Kind != _customKind)
            _report.Drop(name, DropReason.OtherType);
        else if (_customFault is { } fault)
            _report.Drop(name, fault);
        else
            AddCustom(metric);
    }

    private void AddCustom(Metric metric)
    {
        DatapointBuffer datapoints = _report.Datapoints;
        switch (metric.Kind)
        {
            case MetricValueKind.Number:
                datapoints.AddNumber(metric, _numbers.Span[0]);
                break;
            case MetricValueKind.Numbers:
                datapoints.AddNumbers(metric, _numbers.Span);
                break;
            case MetricValueKind.Cidrs:
                datapoints.AddAddresses(metric, _addresses.Span);
                break;
            default:
                datapoints.AddStrings(metric);
                int start = 0;
                foreach (int end in _textEnds.Span)
                {
                    datapoints.AddString(_text.Span[start..end]);
                    start = end;
                }

                break;
        }
    }

    private bool AddKey(IpAddress address)
    {
        Span<byte> key = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(key, address.Bits);
        return keys.Add(_addressScope, key);
    }

    private void ClearPorts()
    {
        foreach (ushort port in _ports.Span)
            _portBits[port >> 6] = 0;
        _ports.Clear();
    }

    private void ClearAddresses()
    {
        _addresses.Clear();
        _addressBits = 0;
        _addressScope = keys.OpenScope();
    }
}
