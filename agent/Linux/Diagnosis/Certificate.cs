using System;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>What matters here of a certificate (RFC 5280): when it is valid, and the key it is for.</summary>
internal sealed class Certificate(DateTimeOffset notBefore, DateTimeOffset notAfter, byte[] publicKey)
{
    /// <summary>Valid from.</summary>
    public DateTimeOffset NotBefore { get; } = notBefore;

    /// <summary>Valid until.</summary>
    public DateTimeOffset NotAfter { get; } = notAfter;

    /// <summary>Of RSA the PKCS#1 key, of elliptic curves the point: the content of subjectPublicKey.</summary>
    public byte[] PublicKey { get; } = publicKey;

    public static bool TryParse(ReadOnlySpan<byte> der, [NotNullWhen(true)] out Certificate? certificate)
    {
        certificate = null;
        if (!new DerReader(der).TryRead(DerReader.Sequence, out ReadOnlySpan<byte> whole)
            || !new DerReader(whole).TryRead(DerReader.Sequence, out ReadOnlySpan<byte> toBeSigned))
        {
            return false;
        }

        // version [0], serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo.
        DerReader fields = new(toBeSigned);
        if (fields.NextTag == DerReader.Context0)
            fields.TryReadAny(out _);
        if (!fields.TryRead(DerReader.Integer, out _) || !fields.TryRead(DerReader.Sequence, out _) || !fields.TryRead(DerReader.Sequence, out _)
            || !fields.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> validity) || !fields.TryRead(DerReader.Sequence, out _)
            || !fields.TryRead(DerReader.Sequence, out ReadOnlySpan<byte> keyInfo))
        {
            return false;
        }

        DerReader times = new(validity);
        DerReader key = new(keyInfo);
        if (!TryReadTime(ref times, out DateTimeOffset notBefore) || !TryReadTime(ref times, out DateTimeOffset notAfter)
            || !key.TryRead(DerReader.Sequence, out _) || !key.TryRead(DerReader.BitString, out ReadOnlySpan<byte> bits) || bits.IsEmpty)
        {
            return false;
        }

        // The first byte counts unused bits, of which a key has none.
        certificate = new Certificate(notBefore, notAfter, bits[1..].ToArray());
        return true;
    }

    private static bool TryReadTime(ref DerReader times, out DateTimeOffset time)
    {
        time = default;
        bool isShort = times.NextTag == DerReader.UtcTime;
        if (!times.TryRead(isShort ? DerReader.UtcTime : DerReader.GeneralizedTime, out ReadOnlySpan<byte> content))
            return false;

        // UTCTime has two digits for the year: from 50 on they are of the last century (RFC 5280, 4.1.2.5.1).
        int yearDigits = isShort ? 2 : 4;
        if (content.Length != yearDigits + 11 || content[^1] != (byte)'Z' || content[..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;

        int year = Number(content[..yearDigits]);
        if (isShort)
            year += year >= 50 ? 1900 : 2000;
        ReadOnlySpan<byte> rest = content[yearDigits..];
        (int month, int day, int hour, int minute, int second) =
            (Number(rest[..2]), Number(rest[2..4]), Number(rest[4..6]), Number(rest[6..8]), Number(rest[8..10]));
        if (year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }
}
