using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>Writes a report in one of the many forms that mean the same (R06, R09, R10, R17).</summary>
internal sealed class ReportModelWriter(ArrayBufferWriter<byte> output, bool isCbor, Random random)
{
    private readonly CborDocumentWriter _cbor = new(output);
    private int _unknownNames;

    public void Write(Node? node)
    {
        if (node is null)
            Raw(isCbor ? [0xF6] : "null"u8);
        else if (node.Members is { } members)
            WriteObject(members);
        else if (node.Items is { } items)
            WriteList(items.Length, i => Write(items[i]), 4, "[]");
        else if (node.Text is { } text)
            WriteText(text);
        else if (node.Whole is { } whole)
            WriteWhole(whole);
        else
            WriteDouble(node.Number!.Value);
    }

    private void WriteObject(NodeMember[] members)
    {
        var written = new List<(string Name, Node? Value)>();
        foreach (NodeMember member in members)
        {
            if (member.Value is not null || Chance(2))
                written.Add((member.ShortName is not null && Chance(2) ? member.ShortName : member.Name, member.Value));
        }

        // Not among custom metrics, where every name is a metric's.
        if (Chance(4) && members.Length > 0 && members[0] is not { ShortName: null, Value.Items: not null })
            written.Add(($"unknown-{_unknownNames++}", Node.List(Node.Of("x"), Node.Of(-1.5), Node.Of(new NodeMember("known", null, Node.List())))));
        (string Name, Node? Value)[] order = [.. written];
        random.Shuffle(order);
        WriteList(order.Length, i =>
        {
            WriteText(order[i].Name);
            if (!isCbor)
                Raw(":"u8);
            Write(order[i].Value);
        }, 5, "{}");
    }

    private void WriteList(int count, Action<int> writeItem, int major, string marks)
    {
        bool isIndefinite = isCbor && Chance(3);
        if (isIndefinite)
            Raw([(byte)(major << 5 | 31)]);
        else if (isCbor && major == 4)
            _cbor.BeginList(count);
        else if (isCbor)
            _cbor.BeginObject(count);
        else
            Raw([(byte)marks[0]]);
        for (int i = 0; i < count; i++)
        {
            if (i > 0 && !isCbor)
                Raw(Chance(3) ? " ,\n"u8 : ","u8);
            writeItem(i);
        }

        if (isIndefinite)
            Raw([0xFF]);
        else if (!isCbor)
            Raw([(byte)marks[1]]);
    }

    private void WriteText(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        if (!isCbor)
            WriteJsonText(text);
        else if (Chance(4))
            WriteChunks(utf8);
        else
            _cbor.Text(utf8);
    }

    private void WriteChunks(byte[] ascii)
    {
        int cut = random.Next(ascii.Length + 1);
        Raw([0x7F]);
        _cbor.Text(ascii.AsSpan(0, cut));
        _cbor.Text(ascii.AsSpan(cut));
        Raw([0xFF]);
    }

    private void WriteJsonText(string text)
    {
        Raw("\""u8);
        bool isEscaped = Chance(4);
        foreach (char c in text)
            Raw(Encoding.ASCII.GetBytes(isEscaped && Chance(2) ? $"\\u{(int)c:x4}" : c.ToString()));
        Raw("\""u8);
    }

    private void WriteWhole(long whole)
    {
        if (Math.Abs(whole) <= 1L << 53 && Chance(4))
            WriteDouble(whole);
        else if (!isCbor)
            Raw(Encoding.ASCII.GetBytes(whole.ToString(CultureInfo.InvariantCulture)));
        else if (whole >= 0 && Chance(4))
            WriteLong(0x1B, BitConverter.GetBytes(whole));
        else
            _cbor.Integer(whole);
    }

    private void WriteDouble(double number)
    {
        if (!isCbor)
            Raw(Encoding.ASCII.GetBytes(number.ToString(Chance(2) ? "E17" : "R", CultureInfo.InvariantCulture)));
        else if ((double)(Half)number == number)
            Raw([0xF9, .. Reversed(BitConverter.GetBytes((Half)number))]);
        else
            WriteLong(0xFB, BitConverter.GetBytes(number));
    }

    private void WriteLong(byte head, byte[] littleEndian) => Raw([head, .. Reversed(littleEndian)]);

    private static byte[] Reversed(byte[] bytes)
    {
        Array.Reverse(bytes);
        return bytes;
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
