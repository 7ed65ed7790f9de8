using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>What matters here of a certificate (RFC 5280): when it is valid, and the key it is for.</summary>
/// <param name="NotBefore">Valid from.</param>
/// <param name="NotAfter">Valid until.</param>
/// <param name="PublicKey">Of RSA the PKCS#1 key, of elliptic curves the point: the content of subjectPublicKey.</param>
internal sealed record Certificate(DateTimeOffset NotBefore, DateTimeOffset NotAfter, byte[] PublicKey)
{
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
        string text = Encoding.ASCII.GetString(content);
        if (isShort)
            text = (string.CompareOrdinal(text, "5") >= 0 ? "19" : "20") + text;
        return DateTimeOffset.TryParseExact(
            text, "yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
