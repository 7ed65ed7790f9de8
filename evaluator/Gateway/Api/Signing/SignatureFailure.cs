namespace Defender.Gateway.Api.Signing;

/// <summary>
/// Why a request is not taken for its sender's, in AWS's sentences where there are some. They repeat parts of the request:
/// escape them before they are logged.
/// </summary>
internal static class SignatureFailure
{
    /// <summary>There is no Authorization header.</summary>
    public static readonly ApiFailure MissingAuthenticationToken = new(ApiError.MissingAuthenticationToken, "Missing Authentication Token");

    /// <summary>The access key id is nobody's.</summary>
    public static readonly ApiFailure UnrecognizedClient = new(ApiError.UnrecognizedClient, "The security token included in the request is invalid.");

    /// <summary>The signature does not fit what was received.</summary>
    public static readonly ApiFailure Mismatch = Invalid(
        "The request signature we calculated does not match the signature you provided. "
        + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    /// <summary>The Authorization header cannot be read.</summary>
    public static ApiFailure Incomplete(string message) => new(ApiError.IncompleteSignature, message);

    /// <summary>The header can be read, and what it says does not hold.</summary>
    public static ApiFailure Invalid(string message) => new(ApiError.InvalidSignature, message);
}
