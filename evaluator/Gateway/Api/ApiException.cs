using System;

namespace Defender.Gateway.Api;

/// <summary>Ends a request with an error answer.</summary>
/// <param name="error">Which one.</param>
/// <param name="message">What the caller is told.</param>
internal sealed class ApiException(ApiError error, string message) : Exception(message)
{
    public ApiError Error { get; } = error;
}
