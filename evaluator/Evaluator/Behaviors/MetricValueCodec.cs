using System.Collections.Immutable;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Behaviors;

/// <summary>The bytes of a MetricValue: its kind, then the value, or the members behind their count.</summary>
internal static class MetricValueCodec
{
    public static void Write(SnapshotWriter writer, MetricValue value)
    {
        writer.Byte((byte)value.Kind);
        switch (value.Kind)
        {
            case MetricValueKind.Count:
                writer.Number((ulong)value.Count);
                break;
            case MetricValueKind.Number:
                writer.Double(value.Number);
                break;
            case MetricValueKind.Ports:
                writer.Number((ulong)value.Ports.Length);
                foreach (int port in value.Ports)
                    writer.Number((ulong)port);
                break;
            case MetricValueKind.Numbers:
                writer.Number((ulong)value.Numbers.Length);
                foreach (double number in value.Numbers)
                    writer.Double(number);
                break;
            default:
                ImmutableArray<string> texts = value.Kind == MetricValueKind.Cidrs ? value.Cidrs : value.Strings;
                writer.Number((ulong)texts.Length);
                foreach (string text in texts)
                    writer.String(text);
                break;
        }
    }

    public static MetricValue Read(ref SnapshotReader reader)
    {
        var kind = (MetricValueKind)reader.Within(0, (int)MetricValueKind.Strings);
        switch (kind)
        {
            case MetricValueKind.Count:
                ulong count = reader.Number();
                return MetricValue.OfCount((long)(count <= long.MaxValue ? count : reader.Refuse()));
            case MetricValueKind.Number:
                return MetricValue.OfNumber(ReadFinite(ref reader));
            case MetricValueKind.Ports:
                var ports = new int[reader.Count(1)];
                for (int i = 0; i < ports.Length; i++)
                    ports[i] = reader.Within(0, ushort.MaxValue);
                return MetricValue.OfPorts(ImmutableArray.Create(ports));
            case MetricValueKind.Numbers:
                var numbers = new double[reader.Count(sizeof(double))];
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = ReadFinite(ref reader);
                return MetricValue.OfNumbers(ImmutableArray.Create(numbers));
            default:
                var texts = new string[reader.Count(1)];
                for (int i = 0; i < texts.Length; i++)
                    texts[i] = reader.String();
                return kind == MetricValueKind.Cidrs
                    ? MetricValue.OfCidrs(ImmutableArray.Create(texts))
                    : MetricValue.OfStrings(ImmutableArray.Create(texts));
        }
    }

    private static double ReadFinite(ref SnapshotReader reader)
    {
        double number = reader.Double();
        return double.IsFinite(number) ? number : reader.Refuse();
    }
}
