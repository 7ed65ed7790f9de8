using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Defender.Gateway.Access;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Routing;
using Defender.Gateway.Api.Signing;
using Microsoft.AspNetCore.Http;

namespace Defender.Gateway.Tests.Api.Signing;

/// <summary>A request that a test signs, alters and has verified. Signs paths and queries that need no encoding.</summary>
internal sealed class SampleRequest
{
    public static readonly AccessKey Key = new("AKIDEXAMPLE0000000001", "secretexamplesecretexamplesecretexample1", AccessRights.Full, default);
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public string Method { get; set; } = "POST";

    public string Target { get; set; } = "/things/pump";

    public string Body { get; set; } = "{}";

    public HeaderDictionary Headers { get; } = new() { ["Host"] = "gateway:8080", ["X-Amz-Date"] = "20261121T120000Z" };

    /// <summary>The parts of the Authorization header, to be altered before <see cref="Sign"/>.</summary>
    public string Scope { get; set; } = "20261121/us-east-1/iot/aws4_request";

    public string SignedHeaders { get; set; } = "host;x-amz-date";

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public SampleRequest With(string header, params string[] values)
    {
        Headers[header] = values;
        return this;
    }

    /// <summary>Adds the Authorization header for what the request holds now, by the published steps and none of the product's code.</summary>
    public SampleRequest Sign(string? accessKeyId = null, string? secret = null)
    {
        string[] target = Target.Split('?', 2);
        string headers = string.Concat(SignedHeaders.Split(';').Select(name => $"{name}:{Headers[name]}\n"));
        string canonical = $"{Method}\n{target[0]}\n{target.ElementAtOrDefault(1)}\n{headers}\n{SignedHeaders}\n{Hash(Body)}";
        string toSign = $"AWS4-HMAC-SHA256\n{Headers["X-Amz-Date"]}\n{Scope}\n{Hash(canonical)}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + (secret ?? Key.SecretAccessKey));
        foreach (string part in Scope.Split('/').Append(toSign))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return With("Authorization", string.Create(CultureInfo.InvariantCulture,
            $"AWS4-HMAC-SHA256 Credential={accessKeyId ?? Key.AccessKeyId}/{Scope}, SignedHeaders={SignedHeaders}, Signature={Convert.ToHexStringLower(key)}"));
    }

    /// <summary>The failure of verifying it, <c>Type: message</c>; null when the key is found to have signed it.</summary>
    public string? Verify(DateTimeOffset? now = null, string? region = null)
    {
        var verifier = new SigV4Verifier(id => id == Key.AccessKeyId ? Key : null, region);
        bool isVerified = verifier.TryVerify(ToRequest(), now ?? Noon, out AccessKey? key, out ApiFailure failure);
        if (isVerified != (key == Key) || isVerified != (failure == default))
            throw new InvalidOperationException($"{isVerified}, {key}, {failure}");
        if (!isVerified && failure.Error.Status() != 403)
            throw new InvalidOperationException($"{failure}");
        return isVerified ? null : $"{failure.Error.Name()}: {failure.Message}";
    }

    public ApiRequest ToRequest()
    {
        RequestTarget target = RequestTarget.Parse(Target);
        return new ApiRequest(Method, target.Path, target.Query, Headers, Encoding.UTF8.GetBytes(Body));
    }
}
