using System;
using System.Security.Cryptography;
using System.Text;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Alerts;

/// <summary>
/// The ids by which receivers know a message that comes twice: UUIDs, as SNS has them, but computed (version 8), so that an
/// event that is judged again after a crash has the id it had.
/// </summary>
internal static class AlertMessageId
{
    private const int UuidBytes = 16;

    /// <summary>The id of the message of an event.</summary>
    public static string Of(ViolationEvent violation) => OfParts(violation.ViolationId, violation.Type.ToWireName());

    /// <summary>The id of a message that is told from others by some texts, none of which holds U+0000.</summary>
    public static string OfParts(params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // RFC 9562: version 8
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80); // and its variant
        return new Guid(hash[..UuidBytes], bigEndian: true).ToString();
    }
}
