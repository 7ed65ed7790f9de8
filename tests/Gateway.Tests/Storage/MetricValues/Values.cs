using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Storage.MetricValues;
using Xunit;

namespace Defender.Gateway.Tests.Storage.MetricValues;

/// <summary>The words that the tests of blocks are written in: metrics of every kind, their series, and blocks of them.</summary>
internal static class Values
{
    private static readonly MetricCatalog Catalog = new(
    [
        new("level", MetricValueKind.Number), new("speeds", MetricValueKind.Numbers),
        new("names", MetricValueKind.Strings), new("peers", MetricValueKind.Cidrs),
    ]);

    public static Metric Bytes => BuiltInMetrics.AllBytesIn;

    public static Metric Ports => BuiltInMetrics.ListeningTcpPorts;

    public static Metric Level => Catalog.All[^4];

    public static Metric Speeds => Catalog.All[^3];

    public static Metric Names => Catalog.All[^2];

    public static Metric Peers => Catalog.All[^1];

    /// <summary>One of each kind.</summary>
    public static Metric[] Kinds => [Bytes, Ports, Level, Speeds, Names, Peers];

    /// <summary>Noon of a day.</summary>
    public const long Noon = 20_000 * MetricBlock.Day + MetricBlock.Day / 2;

    public static int SeriesOf(Metric metric) => metric.Index * 7 + 3;

    public static byte[] Block(long time, Action<DatapointBuffer> fill) => Block(new MetricBlockWriter(), time, fill);

    public static byte[] Block(MetricBlockWriter writer, long time, Action<DatapointBuffer> fill)
    {
        var buffer = new DatapointBuffer();
        fill(buffer);
        byte[] block = writer.Encode(time, buffer, 0, static (_, metric, _) => SeriesOf(metric)).ToArray();
        Assert.NotEmpty(block);
        return block;
    }

    public static byte[] Merge(params byte[][] blocks)
    {
        Assert.True(new MetricBlockWriter().TryMerge([.. blocks.Select(block => (ReadOnlyMemory<byte>)block)], out ReadOnlySpan<byte> merged));
        return merged.ToArray();
    }

    public static MetricSample[] Read(byte[] block, Metric metric, bool newestFirst = false)
    {
        List<MetricSample> samples = [];
        Assert.True(new MetricBlockReader().TryRead(block, SeriesOf(metric), newestFirst, samples));
        return [.. samples];
    }

    /// <summary>Adds a value as a report would.</summary>
    public static void Add(DatapointBuffer buffer, Metric metric, MetricValue value)
    {
        switch (value.Kind)
        {
            case MetricValueKind.Count:
                buffer.AddCount(metric, value.Count);
                break;
            case MetricValueKind.Number:
                buffer.AddNumber(metric, value.Number);
                break;
            case MetricValueKind.Ports:
                buffer.AddPorts(metric, [.. value.Ports.Select(port => (ushort)port)]);
                break;
            case MetricValueKind.Cidrs:
                buffer.AddAddresses(metric, [.. value.Cidrs.Select(Address)]);
                break;
            case MetricValueKind.Numbers:
                buffer.AddNumbers(metric, value.Numbers.AsSpan());
                break;
            default:
                buffer.AddStrings(metric);
                foreach (string text in value.Strings)
                    buffer.AddString(Encoding.UTF8.GetBytes(text));
                break;
        }
    }

    /// <summary>The value as it comes back: ports and addresses in ascending order.</summary>
    public static MetricValue Sorted(MetricValue value) => value.Kind switch
    {
        MetricValueKind.Ports => MetricValue.OfPorts([.. value.Ports.Order()]),
        MetricValueKind.Cidrs => MetricValue.OfCidrs([.. value.Cidrs.Select(Address).OrderBy(address => !address.IsIPv4).ThenBy(address => address.Bits).Select(address => address.ToString())]),
        _ => value,
    };

    private static IpAddress Address(string text)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        return address;
    }
}
