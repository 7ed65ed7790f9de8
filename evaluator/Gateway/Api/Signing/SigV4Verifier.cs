using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Defender.Gateway.Access;
using Microsoft.Extensions.Primitives;

namespace Defender.Gateway.Api.Signing;

/// <summary>
/// Tells who signed a request with AWS Signature Version 4 in its Authorization header. Signatures in the query (presigned
/// addresses) are none. Thread-safe where <paramref name="findKey"/> is.
/// </summary>
/// <param name="findKey">The key of an access key id, null for an unknown one; gets any text and must not throw.</param>
/// <param name="region">The only region of credential scopes that is taken; null for any.</param>
internal sealed class SigV4Verifier(Func<string, AccessKey?> findKey, string? region = null)
{
    /// <summary>How far the clocks of both ends may lie apart, in both directions, the whole span included (SigV4's rule).</summary>
    public static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    // Takes the place of an unknown key's secret, so that known and unknown ids take the same time.
    private static readonly AccessKey Nobody = new("", new string('x', 40), AccessRights.ReadOnly, default);

    /// <summary>Verifies one request; never throws, whatever the peer sent.</summary>
    /// <param name="request">The request as received.</param>
    /// <param name="now">The instant it was received.</param>
    /// <param name="key">The key that signed it; what it may do is not looked at.</param>
    /// <param name="failure">What to answer otherwise.</param>
    public bool TryVerify(in ApiRequest request, DateTimeOffset now, [NotNullWhen(true)] out AccessKey? key, out ApiFailure failure)
    {
        key = null;
        StringValues header = request.Headers.Authorization;
        if (StringValues.IsNullOrEmpty(header))
        {
            failure = SignatureFailure.MissingAuthenticationToken;
            return false;
        }

        if (header.Count > 1)
        {
            failure = SignatureFailure.Incomplete("There must be one Authorization header");
            return false;
        }

        if (!SignatureAuthorization.TryParse(header.ToString(), out SignatureAuthorization? authorization, out failure)
            || !CoversWhatCounts(request, authorization, out failure)
            || !IsInScope(request, authorization, now, out string date, out failure))
            return false;

        string bodyHash = Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
        // What is not the body's own hash is refused: UNSIGNED-PAYLOAD and the names of streamed payloads among it.
        if (request.Headers[SignedHeaderNames.ContentHash] is { Count: > 0 } sent && CanonicalRequest.HeaderValue(sent) != bodyHash)
        {
            failure = SignatureFailure.Invalid($"{SignedHeaderNames.ContentHash} must be the SHA-256 of the request's body in lower-case hexadecimal digits");
            return false;
        }

        if (!CanonicalRequest.TryBuild(request, authorization.SignedHeaders, bodyHash, out string? canonical))
        {
            failure = SignatureFailure.Invalid($"The query has more than {CanonicalRequest.MaxQueryParameters} parameters");
            return false;
        }

        AccessKey? found = findKey(authorization.AccessKeyId);
        bool isRight = IsSignatureOf((found ?? Nobody).SecretAccessKey, authorization, date, canonical);
        if (found is null || !isRight)
        {
            failure = found is null ? SignatureFailure.UnrecognizedClient : SignatureFailure.Mismatch;
            return false;
        }

        key = found;
        return true;
    }

    private static bool CoversWhatCounts(in ApiRequest request, SignatureAuthorization authorization, out ApiFailure failure)
    {
        failure = default;
        if (!authorization.SignedHeaders.Contains(SignedHeaderNames.Host))
            failure = SignatureFailure.Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        foreach (string name in SignedHeaderNames.OfAmazon)
        {
            if (failure == default && request.Headers[name].Count > 0 && !authorization.SignedHeaders.Contains(name))
                failure = SignatureFailure.Invalid($"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
        }

        return failure == default;
    }

    private bool IsInScope(
        in ApiRequest request, SignatureAuthorization authorization, DateTimeOffset now, out string date, out ApiFailure failure)
    {
        failure = default;
        date = CanonicalRequest.HeaderValue(request.Headers[SignedHeaderNames.Date]);
        if (!DateTimeOffset.TryParseExact(
            date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset signedAt))
            failure = SignatureFailure.Incomplete("Authorization header requires existence of a 'X-Amz-Date' header of the form YYYYMMDD'T'HHMMSS'Z'.");
        else if (authorization.Date != date[..8])
            failure = SignatureFailure.Invalid(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{authorization.Date}' != '{date[..8]}', from '{date}'.");
        else if (authorization.Service is not ("iot" or "execute-api"))
            // The older half of the AWS CLIs and botocores in use signs for the latter.
            failure = SignatureFailure.Invalid("Credential should be scoped to correct service: 'iot'.");
        else if (region is not null && authorization.Region != region)
            failure = SignatureFailure.Invalid($"Credential should be scoped to a valid region, not '{authorization.Region}': this gateway is '{region}'.");
        else if (now - signedAt > MaxSkew)
            failure = SignatureFailure.Invalid(
                $"Signature expired: {date} is now earlier than {Format(now - MaxSkew)} ({Format(now)} - {MaxSkew.TotalMinutes} min.)");
        else if (signedAt - now > MaxSkew)
            failure = SignatureFailure.Invalid(
                $"Signature not yet current: {date} is still later than {Format(now + MaxSkew)} ({Format(now)} + {MaxSkew.TotalMinutes} min.)");
        return failure == default;
    }

    private static bool IsSignatureOf(string secretAccessKey, SignatureAuthorization authorization, string date, string canonicalRequest)
    {
        string requestHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        string toSign = $"{SignatureAuthorization.Algorithm}\n{date}\n{authorization.Scope}\n{requestHash}";
        byte[] key = SigningKey.Derive(secretAccessKey, authorization.Date, authorization.Region, authorization.Service);
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(authorization.Signature));
    }

    private static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);
}
