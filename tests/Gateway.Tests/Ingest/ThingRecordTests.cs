using System;
using System.Buffers;
using Defender.Evaluator.Reports;
using Defender.Gateway.Ingest;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

public sealed class ThingRecordTests
{
    private static readonly AdmissionState Admission =
        default(AdmissionState).Accept(PayloadDigest.Of("report"u8), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    [Fact]
    public void What_was_written_is_read()
    {
        ReadOnlyMemory<byte> bytes = new ThingRecord("pump-17") { Admission = Admission }.Write(new ArrayBufferWriter<byte>());

        Assert.True(ThingRecord.TryRead("pump-17", bytes.Span, out ThingRecord record));
        Assert.Equal(("pump-17", Admission), (record.Name, record.Admission));
        Assert.Equal(bytes.ToArray(), record.Write(new ArrayBufferWriter<byte>()).ToArray());
    }

    [Fact]
    public void Damaged_bytes_never_throw_and_give_a_new_record_or_a_whole_one()
    {
        byte[] bytes = new ThingRecord("pump-17") { Admission = Admission }.Write(new ArrayBufferWriter<byte>()).ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(ThingRecord.TryRead("pump-17", bytes.AsSpan(0, length), out ThingRecord cut));
            Assert.Equal(default, cut.Admission);
        }

        int refused = 0;
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] damaged = [.. bytes];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            if (ThingRecord.TryRead("pump-17", damaged, out ThingRecord record))
            {
                Assert.True(ThingRecord.TryRead("pump-17", record.Write(new ArrayBufferWriter<byte>()).Span, out _));
                continue;
            }

            refused++;
            Assert.Equal(default, record.Admission);
        }

        // The version, and the bits that carry the time beyond year 9999 or before year 1.
        Assert.InRange(refused, 8 + 2, bytes.Length * 8);
    }
}
