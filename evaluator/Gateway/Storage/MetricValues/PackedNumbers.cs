using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>
/// A column of whole numbers: the first in full, the others in frames of 32, each with the bits that its largest takes. A
/// frame holds the steps from number to number, as zigzag, or the distances from its least one, whichever is shorter:
/// steps suit what grows or stays, distances what is noise. Numbers that are all the same take a byte a frame.
/// </summary>
/// <remarks>All arithmetic is modulo 2^64, so any numbers may follow each other.</remarks>
internal static class PackedNumbers
{
    public const int FrameLength = 32;

    private const int MaxWidth = 64;
    private const byte IsDistances = 0x80;

    public static void Write(BlockOutput output, ReadOnlySpan<long> numbers)
    {
        output.Signed(numbers[0]);
        long previous = numbers[0];
        Span<ulong> offsets = stackalloc ulong[FrameLength];
        for (ReadOnlySpan<long> rest = numbers[1..]; !rest.IsEmpty;)
        {
            ReadOnlySpan<long> frame = rest[..Math.Min(rest.Length, FrameLength)];
            rest = rest[frame.Length..];
            WriteFrame(output, frame, previous, offsets[..frame.Length]);
            previous = frame[^1];
        }
    }

    /// <summary>Reads as many numbers as there is room for. The input fails when it does not hold them.</summary>
    public static void Read(ref BlockInput input, Span<long> numbers)
    {
        numbers[0] = input.Signed();
        long previous = numbers[0];
        for (Span<long> rest = numbers[1..]; !rest.IsEmpty && !input.Failed;)
        {
            Span<long> frame = rest[..Math.Min(rest.Length, FrameLength)];
            rest = rest[frame.Length..];
            ReadFrame(ref input, frame, previous);
            previous = frame[^1];
        }
    }

    private static void WriteFrame(BlockOutput output, ReadOnlySpan<long> frame, long previous, Span<ulong> offsets)
    {
        ulong steps = 0;
        long least = frame[0], most = frame[0], before = previous;
        foreach (long number in frame)
        {
            steps |= BlockOutput.ToZigzag(unchecked(number - before));
            before = number;
            least = Math.Min(least, number);
            most = Math.Max(most, number);
        }

        int stepWidth = Width(steps), distanceWidth = Width((ulong)unchecked(most - least));
        long start = unchecked(least - previous);
        if (BytesOf(distanceWidth, frame.Length) + BlockOutput.LengthOfSigned(start) < BytesOf(stepWidth, frame.Length))
        {
            output.Byte((byte)(IsDistances | distanceWidth));
            output.Signed(start);
            for (int i = 0; i < frame.Length; i++)
                offsets[i] = (ulong)unchecked(frame[i] - least);
            Pack(output, offsets, distanceWidth);
        }
        else
        {
            output.Byte((byte)stepWidth);
            for (int i = 0; i < frame.Length; i++)
                offsets[i] = BlockOutput.ToZigzag(unchecked(frame[i] - (i == 0 ? previous : frame[i - 1])));
            Pack(output, offsets, stepWidth);
        }
    }

    private static void ReadFrame(ref BlockInput input, Span<long> frame, long previous)
    {
        byte form = input.Byte();
        int width = form & ~IsDistances;
        long least = (form & IsDistances) != 0 ? unchecked(previous + input.Signed()) : 0;
        if (width > MaxWidth)
            input.Refuse();
        ReadOnlySpan<byte> packed = input.Take(BytesOf(width, frame.Length));
        if (input.Failed)
            return;

        // Nine bytes from the first to the last bit of a number, the last number's reach behind the frame.
        Span<byte> padded = stackalloc byte[FrameLength * sizeof(ulong) + sizeof(ulong) + 1];
        padded[packed.Length..].Clear();
        packed.CopyTo(padded);
        ulong mask = width == MaxWidth ? ulong.MaxValue : (1UL << width) - 1;
        for (int i = 0, bit = 0; i < frame.Length; i++, bit += width)
        {
            ReadOnlySpan<byte> from = padded[(bit >> 3)..];
            int shift = bit & 7;
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(from) >> shift;
            if (shift + width > MaxWidth)
                offset |= (ulong)from[sizeof(ulong)] << MaxWidth - shift;
            offset &= mask;
            previous = unchecked((form & IsDistances) != 0 ? least + (long)offset : previous + BlockOutput.FromZigzag(offset));
            frame[i] = previous;
        }
    }

    private static void Pack(BlockOutput output, ReadOnlySpan<ulong> offsets, int width)
    {
        Span<byte> packed = output.Take(BytesOf(width, offsets.Length));
        ulong word = 0;
        int used = 0;
        foreach (ulong offset in offsets)
        {
            word |= offset << used;
            used += width;
            if (used < MaxWidth)
                continue;
            BinaryPrimitives.WriteUInt64LittleEndian(packed, word);
            packed = packed[sizeof(ulong)..];
            used -= MaxWidth;

            // The part of this number that the word had no room for; a shift by 64 would be none.
            word = used == 0 ? 0 : offset >> width - used;
        }

        for (; !packed.IsEmpty; packed = packed[1..])
        {
            packed[0] = (byte)word;
            word >>= 8;
        }
    }

    private static int Width(ulong largest) => MaxWidth - BitOperations.LeadingZeroCount(largest);

    private static int BytesOf(int width, int numbers) => (width * numbers + 7) / 8;
}
