using System.Collections.Immutable;

namespace Defender.Gateway.Api.Signing;

/// <summary>The headers that a signature must cover, in the lower case of canonical requests.</summary>
internal static class SignedHeaderNames
{
    public const string Host = "host";

    /// <summary>When the request was signed: <c>yyyyMMddTHHmmssZ</c>.</summary>
    public const string Date = "x-amz-date";

    /// <summary>The SHA-256 of the body in lower-case hexadecimal digits; the SDK for JavaScript sends it, botocore does not.</summary>
    public const string ContentHash = "x-amz-content-sha256";

    /// <summary>Goes with session credentials; means nothing to the gateway, whose keys have no sessions.</summary>
    public const string SecurityToken = "x-amz-security-token";

    /// <summary>Those that must be covered where they are sent. Without a date a request is refused for that.</summary>
    public static readonly ImmutableArray<string> OfAmazon = [Date, ContentHash, SecurityToken];
}
