using System;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Finds the public half in a private key, which tells whether it belongs to a certificate.</summary>
internal static class PrivateKey
{
    /// <summary>The public half as a certificate has it.</summary>
    /// <param name="label">Of the PEM block.</param>
    /// <param name="der">Its content.</param>
    /// <returns>Null when the file does not hold it: Ed25519, and elliptic curves without their optional part.</returns>
    public static byte[]? PublicHalf(string label, ReadOnlySpan<byte> der)
    {
        switch (label)
        {
            case "RSA PRIVATE KEY":
                return OfRsa(der);
            case "EC PRIVATE KEY":
                return OfCurve(der);
            case "PRIVATE KEY":
                // PKCS#8 (RFC 5958): version, algorithm, the key of that algorithm as octets.
                if (!new DerReader(der).TryRead(DerReader.Sequence, out ReadOnlySpan<byte> content))
                    return null;
                DerReader fields = new(content);
                if (!fields.TryRead(DerReader.Integer, out _) || !fields.TryRead(DerReader.Sequence, out _)
                    || !fields.TryRead(DerReader.OctetString, out ReadOnlySpan<byte> inner))
                {
                    return null;
                }

                return OfRsa(inner) ?? OfCurve(inner);
            default:
                return null;
        }
    }

    // RFC 8017: version, modulus, publicExponent, and the private numbers. The public key is a sequence of two of them.
    private static byte[]? OfRsa(ReadOnlySpan<byte> der)
    {
        if (!new DerReader(der).TryRead(DerReader.Sequence, out ReadOnlySpan<byte> content))
            return null;

        DerReader fields = new(content);
        if (!fields.TryRead(DerReader.Integer, out _) || !fields.TryRead(DerReader.Integer, out ReadOnlySpan<byte> modulus)
            || !fields.TryRead(DerReader.Integer, out ReadOnlySpan<byte> exponent) || fields.NextTag != DerReader.Integer)
        {
            return null;
        }

        byte[] numbers = [.. Element(DerReader.Integer, modulus), .. Element(DerReader.Integer, exponent)];
        return Element(DerReader.Sequence, numbers);
    }

    // RFC 5915: version, privateKey, [0] curve, [1] publicKey.
    private static byte[]? OfCurve(ReadOnlySpan<byte> der)
    {
        if (!new DerReader(der).TryRead(DerReader.Sequence, out ReadOnlySpan<byte> content))
            return null;

        DerReader fields = new(content);
        if (!fields.TryRead(DerReader.Integer, out _) || !fields.TryRead(DerReader.OctetString, out _))
            return null;
        if (fields.NextTag == DerReader.Context0)
            fields.TryReadAny(out _);
        return fields.TryRead(DerReader.Context1, out ReadOnlySpan<byte> tagged)
            && new DerReader(tagged).TryRead(DerReader.BitString, out ReadOnlySpan<byte> bits) && bits.Length > 1
            ? bits[1..].ToArray()
            : null;
    }

    private static byte[] Element(byte tag, ReadOnlySpan<byte> content) =>
        content.Length < 0x80 ? [tag, (byte)content.Length, .. content]
        : content.Length < 0x100 ? [tag, 0x81, (byte)content.Length, .. content]
        : [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content];
}
