using System;
using System.Linq;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Tests.Reports;
using Xunit;

namespace Defender.Evaluator.Tests.Metrics;

public sealed class DatapointBufferTests
{
    private static readonly MetricCatalog Catalog = new([
        new("number", MetricValueKind.Number), new("numbers", MetricValueKind.Numbers), new("strings", MetricValueKind.Strings),
        new("other-strings", MetricValueKind.Strings), new("cidrs", MetricValueKind.Cidrs)]);

    [Fact]
    public void Each_kind_keeps_its_members_apart()
    {
        var buffer = new DatapointBuffer();
        buffer.AddPorts(BuiltInMetrics.ListeningTcpPorts, [22, 443]);
        buffer.AddPorts(BuiltInMetrics.ListeningUdpPorts, [53]);
        buffer.AddCount(BuiltInMetrics.AllBytesIn, 5);
        buffer.AddNumber(Custom("number"), -1.5);
        buffer.AddNumbers(Custom("numbers"), [1, 2.5]);
        buffer.AddAddresses(Custom("cidrs"), [IpAddress.FromIPv4(0xC0000201)]);
        buffer.AddStrings(Custom("strings"));
        buffer.AddString("a"u8);
        buffer.AddString("é"u8);
        buffer.AddStrings(Custom("other-strings"));
        buffer.AddString(""u8);

        ReadOnlySpan<Datapoint> datapoints = buffer.Datapoints;

        Assert.Equal(8, datapoints.Length);
        Assert.Equal(new ushort[] { 22, 443 }, buffer.Ports(datapoints[0]).ToArray());
        Assert.Equal(new ushort[] { 53 }, buffer.Ports(datapoints[1]).ToArray());
        Assert.Equal((5, -1.5), (datapoints[2].Count, datapoints[3].Number));
        Assert.Equal([1, 2.5], buffer.Numbers(datapoints[4]).ToArray());
        Assert.Equal([IpAddress.FromIPv4(0xC0000201)], buffer.Addresses(datapoints[5]).ToArray());
        Assert.Equal((2, "é"), (datapoints[6].Length, Encoding.UTF8.GetString(buffer.String(datapoints[6], 1))));
        Assert.Equal((1, ""), (datapoints[7].Length, Encoding.UTF8.GetString(buffer.String(datapoints[7], 0))));
    }

    [Fact]
    public void Datapoints_become_values_of_documents()
    {
        var buffer = new DatapointBuffer();
        buffer.AddPorts(BuiltInMetrics.ListeningTcpPorts, [443, 22]);
        buffer.AddCount(BuiltInMetrics.AllBytesIn, 5);
        buffer.AddNumber(Custom("number"), -1.5);
        buffer.AddNumbers(Custom("numbers"), [1, 2.5]);
        buffer.AddAddresses(Custom("cidrs"), [IpAddress.FromIPv4(0xC0000201)]);
        buffer.AddStrings(Custom("strings"));
        buffer.AddString("é"u8);

        Assert.Equal([443, 22], Value(buffer, 0).Ports.ToArray());
        Assert.Equal((MetricValueKind.Count, 5), (Value(buffer, 1).Kind, Value(buffer, 1).Count));
        Assert.Equal((MetricValueKind.Number, -1.5), (Value(buffer, 2).Kind, Value(buffer, 2).Number));
        Assert.Equal([1, 2.5], Value(buffer, 3).Numbers.ToArray());
        Assert.Equal(["192.0.2.1"], Value(buffer, 4).Cidrs.ToArray());
        Assert.Equal(["é"], Value(buffer, 5).Strings.ToArray());
    }

    [Fact]
    public void A_cleared_buffer_is_filled_again_without_allocation()
    {
        var buffer = new DatapointBuffer();
        ushort[] ports = new ushort[1000];

        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            buffer.Clear();
            Fill(buffer, ports);
        }));

        Assert.Equal(101, buffer.Datapoints.Length);
        buffer.Clear();
        Assert.Equal(0, buffer.Datapoints.Length);
    }

    private static void Fill(DatapointBuffer buffer, ushort[] ports)
    {
        buffer.AddPorts(BuiltInMetrics.ListeningTcpPorts, ports);
        for (int i = 0; i < 100; i++)
        {
            buffer.AddStrings(BuiltInMetrics.ListeningUdpPorts);
            buffer.AddString("0123456789"u8);
        }
    }

    private static MetricValue Value(DatapointBuffer buffer, int index) => buffer.ToMetricValue(buffer.Datapoints[index]);

    private static Metric Custom(string name) => Catalog.TryGet(name, out Metric? metric) ? metric : throw new ArgumentException(name, nameof(name));
}
