using System;
using System.Buffers;
using System.Buffers.Binary;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>CBOR in the deterministic form of RFC 8949 section 4.2.1, but for the order of members, which is its caller's.</summary>
internal readonly struct CborDocumentWriter(IBufferWriter<byte> output) : IDocumentWriter
{
    private readonly IBufferWriter<byte> _output = output;

    public void BeginObject(int members) => Head(5, (ulong)members);

    public void EndObject()
    {
        // The head told the length.
    }

    public void BeginList(int items) => Head(4, (ulong)items);

    public void EndList()
    {
        // The head told the length.
    }

    public void Name(ReadOnlySpan<byte> name) => Text(name);

    public void Text(ReadOnlySpan<byte> utf8)
    {
        Head(3, (ulong)utf8.Length);
        _output.Write(utf8);
    }

    public void Integer(long value)
    {
        if (value >= 0)
            Head(0, (ulong)value);
        else
            Head(1, (ulong)(-1 - value));
    }

    private void Head(int major, ulong argument)
    {
        Span<byte> head = _output.GetSpan(9);
        int type = major << 5;
        int length;
        switch (argument)
        {
            case < 24:
                head[0] = (byte)(type | (int)argument);
                length = 1;
                break;
            case <= byte.MaxValue:
                head[0] = (byte)(type | 24);
                head[1] = (byte)argument;
                length = 2;
                break;
            case <= ushort.MaxValue:
                head[0] = (byte)(type | 25);
                BinaryPrimitives.WriteUInt16BigEndian(head[1..], (ushort)argument);
                length = 3;
                break;
            case <= uint.MaxValue:
                head[0] = (byte)(type | 26);
                BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)argument);
                length = 5;
                break;
            default:
                head[0] = (byte)(type | 27);
                BinaryPrimitives.WriteUInt64BigEndian(head[1..], argument);
                length = 9;
                break;
        }

        _output.Advance(length);
    }
}
