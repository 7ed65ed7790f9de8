using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>
/// The bytes of a set: one more than its size, so that a lone zero can stand for "the same as before", then its members.
/// Ports and addresses are sorted, so that the same set has the same bytes in whatever order a device lists it; ports are
/// distances, addresses 4 or 16 bytes, numbers whole ones or 8 bytes, strings UTF-8 behind their length.
/// </summary>
internal static class SetValues
{
    public const byte Same = 0;

    /// <summary>Whole numbers up to here are exact in both forms.</summary>
    private const double MaxWhole = 1L << 53;

    /// <summary>Whether a double may be written as a whole number and comes back with the same bits.</summary>
    public static bool IsWhole(double number) =>
        Math.Abs(number) <= MaxWhole && BitConverter.DoubleToInt64Bits((long)number) == BitConverter.DoubleToInt64Bits(number);

    /// <summary>Writes ports, and sorts them in place.</summary>
    public static void WritePorts(BlockOutput output, Span<ushort> ports)
    {
        ports.Sort();
        output.Number((ulong)ports.Length + 1);
        int previous = 0;
        foreach (ushort port in ports)
        {
            output.Number((ulong)(port - previous));
            previous = port;
        }
    }

    /// <summary>Writes addresses, and sorts them in place.</summary>
    public static void WriteAddresses(BlockOutput output, Span<IpAddress> addresses)
    {
        addresses.Sort();
        output.Number((ulong)addresses.Length + 1);
        int v4 = 0;
        foreach (IpAddress address in addresses)
            v4 += address.IsIPv4 ? 1 : 0;
        output.Number((ulong)v4);
        foreach (IpAddress address in addresses)
        {
            if (address.IsIPv4)
                BinaryPrimitives.WriteUInt32BigEndian(output.Take(sizeof(uint)), address.IPv4Bits);
        }

        foreach (IpAddress address in addresses)
        {
            if (!address.IsIPv4)
                BinaryPrimitives.WriteUInt128BigEndian(output.Take(16), address.Bits);
        }
    }

    public static void WriteNumbers(BlockOutput output, ReadOnlySpan<double> numbers)
    {
        bool areWhole = true;
        foreach (double number in numbers)
            areWhole &= IsWhole(number);
        output.Number(((ulong)numbers.Length << 1 | (areWhole ? 0UL : 1)) + 1);
        foreach (double number in numbers)
        {
            if (areWhole)
                output.Signed((long)number);
            else
                BinaryPrimitives.WriteDoubleLittleEndian(output.Take(sizeof(double)), number);
        }
    }

    public static void WriteStrings(BlockOutput output, DatapointBuffer datapoints, in Datapoint datapoint)
    {
        output.Number((ulong)datapoint.Length + 1);
        for (int i = 0; i < datapoint.Length; i++)
        {
            ReadOnlySpan<byte> utf8 = datapoints.String(datapoint, i);
            output.Number((ulong)utf8.Length);
            output.Bytes(utf8);
        }
    }

    /// <summary>Reads over a set and checks it all; the input fails when it is none. Allocates nothing.</summary>
    /// <returns>Whether it is the same as before.</returns>
    public static bool Check(ref BlockInput input, MetricValueKind kind)
    {
        ulong head = input.Number();
        if (head == Same)
            return true;
        head--;

        // A member takes a byte or more.
        ulong members = kind == MetricValueKind.Numbers ? head >> 1 : head;
        if (members > (ulong)input.Left)
        {
            input.Refuse();
            return false;
        }

        int count = (int)members;
        switch (kind)
        {
            case MetricValueKind.Ports:
                ulong port = 0;
                for (int i = 0; i < count; i++)
                    port += (ulong)input.Within(ushort.MaxValue);
                if (port > ushort.MaxValue)
                    input.Refuse();
                break;
            case MetricValueKind.Cidrs:
                int v4 = input.Within(count);
                input.Take(Bytes(v4, sizeof(uint)));
                input.Take(Bytes(count - v4, 16));
                break;
            case MetricValueKind.Numbers when (head & 1) != 0:
                for (int i = 0; i < count && !input.Failed; i++)
                    CheckFinite(ref input);
                break;
            case MetricValueKind.Numbers:
                for (int i = 0; i < count && !input.Failed; i++)
                    input.Signed();
                break;
            default:
                for (int i = 0; i < count && !input.Failed; i++)
                {
                    if (!Utf8.IsValid(input.Take(input.Within(int.MaxValue))))
                        input.Refuse();
                }

                break;
        }

        return false;
    }

    /// <summary>The document value of a set that <see cref="Check"/> has let through.</summary>
    public static MetricValue ToMetricValue(ReadOnlySpan<byte> bytes, MetricValueKind kind)
    {
        var input = new BlockInput(bytes);
        ulong head = input.Number() - 1;
        int count = (int)(kind == MetricValueKind.Numbers ? head >> 1 : head);
        switch (kind)
        {
            case MetricValueKind.Ports:
                var ports = ImmutableArray.CreateBuilder<int>(count);
                for (int port = 0; ports.Count < count;)
                    ports.Add(port += input.Within(ushort.MaxValue));
                return MetricValue.OfPorts(ports.MoveToImmutable());
            case MetricValueKind.Cidrs:
                var cidrs = ImmutableArray.CreateBuilder<string>(count);
                for (int v4 = input.Within(count); cidrs.Count < count;)
                {
                    IpAddress address = cidrs.Count < v4
                        ? IpAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(input.Take(sizeof(uint))))
                        : new IpAddress(BinaryPrimitives.ReadUInt128BigEndian(input.Take(16)));
                    cidrs.Add(address.ToString());
                }

                return MetricValue.OfCidrs(cidrs.MoveToImmutable());
            case MetricValueKind.Numbers:
                var numbers = ImmutableArray.CreateBuilder<double>(count);
                while (numbers.Count < count)
                    numbers.Add((head & 1) != 0 ? BinaryPrimitives.ReadDoubleLittleEndian(input.Take(sizeof(double))) : input.Signed());
                return MetricValue.OfNumbers(numbers.MoveToImmutable());
            default:
                var strings = ImmutableArray.CreateBuilder<string>(count);
                while (strings.Count < count)
                    strings.Add(Encoding.UTF8.GetString(input.Take(input.Within(int.MaxValue))));
                return MetricValue.OfStrings(strings.MoveToImmutable());
        }
    }

    /// <summary>Reads 8 bytes that must be a finite number.</summary>
    public static double CheckFinite(ref BlockInput input)
    {
        ReadOnlySpan<byte> bytes = input.Take(sizeof(double));
        double number = bytes.IsEmpty ? 0 : BinaryPrimitives.ReadDoubleLittleEndian(bytes);
        if (!double.IsFinite(number))
            input.Refuse();
        return number;
    }

    // Of more members than there are bytes there is none; no size of them overflows then.
    private static int Bytes(int members, int size) => (int)Math.Min((long)members * size, int.MaxValue);
}
