using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace Defender.Gateway.Api.Signing;

/// <summary>
/// An Authorization header:
/// <c>AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX</c>.
/// </summary>
/// <param name="AccessKeyId">Who says to have signed.</param>
/// <param name="Date">The day of the credential scope, not yet checked: <c>yyyyMMdd</c>.</param>
/// <param name="Region">The region of the scope.</param>
/// <param name="Service">The service of the scope.</param>
/// <param name="SignedHeaders">Lower-case names in ascending order, 1 to <see cref="MaxSignedHeaders"/>.</param>
/// <param name="Signature">Any text; a right one is 64 hexadecimal digits.</param>
internal sealed record SignatureAuthorization(
    string AccessKeyId, string Date, string Region, string Service, ImmutableArray<string> SignedHeaders, string Signature)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Ends every scope, and is the last text that the signing key is derived from.</summary>
    public const string Terminator = "aws4_request";

    /// <summary>Most characters of the header. Clients send about 250.</summary>
    public const int MaxLength = 4096;

    /// <summary>Most names of signed headers. Clients send 2 to 8.</summary>
    public const int MaxSignedHeaders = 50;

    private const int ScopeParts = 5;

    public string Scope => $"{Date}/{Region}/{Service}/{Terminator}";

    /// <summary>Reads the header.</summary>
    /// <param name="text">Its value.</param>
    /// <param name="authorization">What it says.</param>
    /// <param name="failure">IncompleteSignatureException, without repeating the header: it may hold another scheme's password.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SignatureAuthorization? authorization, out ApiFailure failure)
    {
        authorization = null;
        if (text.Length > MaxLength)
            return Fail($"Authorization header has {text.Length} characters, at most {MaxLength} are allowed", out failure);
        if (!text.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            return Fail($"Authorization header requires the algorithm '{Algorithm}'", out failure);
        if (!TryReadParameters(text[(Algorithm.Length + 1)..], out string? credential, out string? names, out string? signature, out failure))
            return false;

        string[] scope = credential.Split('/', ScopeParts + 1);
        if (scope.Length != ScopeParts || scope.Contains(""))
            return Fail("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term", out failure);
        if (scope[^1] != Terminator)
            return Fail($"Credential should be scoped with a valid terminator: '{Terminator}'", out failure);

        string[] headers = names.Split(';', MaxSignedHeaders + 1);
        if (headers.Length > MaxSignedHeaders)
            return Fail($"SignedHeaders has more than {MaxSignedHeaders} names", out failure);
        if (!headers.All(IsLowerCaseName) || headers.Zip(headers.Skip(1)).Any(pair => string.CompareOrdinal(pair.First, pair.Second) >= 0))
            return Fail("SignedHeaders must be lower-case header names in ascending order", out failure);

        authorization = new SignatureAuthorization(scope[0], scope[1], scope[2], scope[3], [.. headers], signature);
        return true;
    }

    private static bool TryReadParameters(
        string text,
        [NotNullWhen(true)] out string? credential,
        [NotNullWhen(true)] out string? signedHeaders,
        [NotNullWhen(true)] out string? signature,
        out ApiFailure failure)
    {
        credential = signedHeaders = signature = null;
        failure = default;
        // Three are wanted; a fourth part is enough to know that there are too many.
        foreach (string part in text.Split(',', 4, StringSplitOptions.TrimEntries))
        {
            // No name: signatures carry no '=', and what follows the first one is the value.
            (string name, string value) = part.IndexOf('=') is > 0 and int at ? (part[..at], part[(at + 1)..]) : ("", "");
            bool isFirst = name switch
            {
                "Credential" => Assign(ref credential, value),
                "SignedHeaders" => Assign(ref signedHeaders, value),
                "Signature" => Assign(ref signature, value),
                _ => false,
            };
            if (!isFirst)
                return Fail("Authorization header must consist of 'Credential', 'SignedHeaders' and 'Signature', each once as key=value", out failure);
        }

        string missing = string.Concat(
            new[] { ("Credential", credential), ("Signature", signature), ("SignedHeaders", signedHeaders) }
                .Where(parameter => string.IsNullOrEmpty(parameter.Item2))
                .Select(parameter => $"Authorization header requires '{parameter.Item1}' parameter. "));
        return missing.Length == 0 || Fail(missing.TrimEnd(), out failure);
    }

    private static bool Assign(ref string? parameter, string value)
    {
        bool isFirst = parameter is null;
        parameter ??= value;
        return isFirst;
    }

    // RFC 9110: the characters of a token, without the capitals.
    private static bool IsLowerCaseName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    private static bool Fail(string message, out ApiFailure failure)
    {
        failure = SignatureFailure.Incomplete(message);
        return false;
    }
}
