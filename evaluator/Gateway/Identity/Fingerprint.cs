using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Defender.Gateway.Identity;

/// <summary>The SHA-256 fingerprint of a certificate's DER. AWS: certificateId.</summary>
internal static class Fingerprint
{
    /// <summary>Characters of a fingerprint.</summary>
    public const int Length = 64;

    public static string Of(X509Certificate certificate) => Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));

    /// <summary>Whether a text is a fingerprint: 64 hex digits, small or capital.</summary>
    public static bool Is(string text) => text.Length == Length && text.All(char.IsAsciiHexDigit);
}
