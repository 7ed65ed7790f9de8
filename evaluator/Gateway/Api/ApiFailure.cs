namespace Defender.Gateway.Api;

/// <summary>Why a request is refused.</summary>
/// <param name="Error">The error of the answer.</param>
/// <param name="Message">What the caller is told.</param>
internal readonly record struct ApiFailure(ApiError Error, string Message);
