using System;

namespace Defender.Agent.Linux.Collectors;

/// <summary>Reads /proc/sys/kernel/random/boot_id: 32 hexadecimal digits, with dashes in between (random(4)).</summary>
internal static class BootId
{
    private const int Digits = 32;

    public static bool TryParse(ReadOnlySpan<byte> text, out Guid boot)
    {
        boot = Guid.Empty;
        UInt128 bits = 0;
        int digits = 0;
        foreach (byte letter in text.TrimEnd("\n"u8))
        {
            if (letter == (byte)'-')
                continue;
            if (!char.IsAsciiHexDigit((char)letter) || digits++ == Digits)
                return false;
            bits = (bits << 4) | (uint)(letter <= (byte)'9' ? letter - '0' : (letter | 0x20) - 'a' + 10);
        }

        if (digits != Digits)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        boot = new Guid(bytes, bigEndian: true);
        return true;
    }
}
