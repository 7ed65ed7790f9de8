using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Signs what a webhook is sent, so that the receiver knows whom it is from and that it is not an old one.</summary>
internal static class WebhookSignature
{
    /// <summary><c>v1=</c> and the HMAC-SHA256 of time, a full stop and body, in hexadecimal.</summary>
    /// <param name="secret">The key.</param>
    /// <param name="timestamp">When it is sent, Unix seconds.</param>
    /// <param name="body">What is sent.</param>
    public static string Of(ReadOnlySpan<byte> secret, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{timestamp}.")));
        hmac.AppendData(body);
        return $"v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}
