namespace Defender.Gateway.Api;

/// <summary>Who signed a request.</summary>
/// <param name="AccessKeyId">The id of the access key; no secret.</param>
/// <param name="IsReadOnly">Whether the key may only call operations that read.</param>
internal sealed record Caller(string AccessKeyId, bool IsReadOnly);
