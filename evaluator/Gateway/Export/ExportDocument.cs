using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Defender.Gateway.Export;

/// <summary>A message of exported values that is being put together: <c>{"version":"1.0","metrics":[…]}</c>.</summary>
internal sealed class ExportDocument
{
    /// <summary>AWS: message payload 128 KiB; a document stays below.</summary>
    public const int MaxBytes = (128 * 1024) - 1;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ExportDocument() => Clear();

    private static ReadOnlySpan<byte> Start => """{"version":"1.0","metrics":["""u8;

    private static ReadOnlySpan<byte> End => "]}"u8;

    public bool IsEmpty => _bytes.WrittenCount == Start.Length;

    /// <summary>Adds an entry; false when there is no place for it.</summary>
    /// <param name="entry">The object as it is stored, without its version.</param>
    /// <param name="version">Its version.</param>
    public bool TryAdd(ReadOnlySpan<byte> entry, int version)
    {
        byte[] last = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"version\":{version}}}"));
        ReadOnlySpan<byte> open = entry[..^1];
        int separator = IsEmpty ? 0 : 1;
        if (_bytes.WrittenCount + separator + open.Length + last.Length + End.Length > MaxBytes)
            return false;
        _bytes.Write(","u8[..separator]);
        _bytes.Write(open);
        _bytes.Write(last);
        return true;
    }

    /// <summary>The whole document; no entry can be added after.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _bytes.Write(End);
        return _bytes.WrittenSpan;
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _bytes.Write(Start);
    }
}
