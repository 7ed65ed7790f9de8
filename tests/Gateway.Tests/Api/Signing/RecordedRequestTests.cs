using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Api.Signing;

/// <summary>The contract's requests of real clients, old and new, and altered ones.</summary>
public sealed class RecordedRequestTests
{
    private static readonly JsonElement Recorded = JsonElement.Parse(File.ReadAllBytes(RepositoryFiles.Contract("sigv4-vectors.json")));

    public static TheoryData<int> Valid => Indexes("valid");

    public static TheoryData<int> Invalid => Indexes("invalid");

    [Fact]
    public void The_corpus_is_whole()
    {
        Assert.Equal((67, 13), (Valid.Count, Invalid.Count));
        Assert.Equal(SampleRequest.Key.AccessKeyId, Recorded.GetProperty("accessKeyId").GetString());
        Assert.Equal(SampleRequest.Key.SecretAccessKey, Recorded.GetProperty("secretAccessKey").GetString());
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_request_of_a_real_client_is_verified(int index)
    {
        (SampleRequest request, DateTimeOffset now) = Read(index);

        Assert.Null(request.Verify(now));
        Assert.Null(request.Verify(now, Recorded.GetProperty("region").GetString()));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void An_altered_request_is_refused_for_what_was_altered(int index)
    {
        string why = Recorded.GetProperty("vectors")[index].GetProperty("why").GetString()!;
        (SampleRequest request, DateTimeOffset now) = Read(index);

        string expected = why switch
        {
            "no Authorization header" => "MissingAuthenticationTokenException: ",
            "other scheme" => "IncompleteSignatureException: Authorization header requires the algorithm",
            "host not among the signed headers" => "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader'",
            _ when why.Contains("x-amz-content-sha256 is unchanged", StringComparison.Ordinal) => "InvalidSignatureException: x-amz-content-sha256 must be",
            _ => "InvalidSignatureException: The request signature we calculated does not match",
        };
        Assert.StartsWith(expected, request.Verify(now), StringComparison.Ordinal);
    }

    private static TheoryData<int> Indexes(string expect) =>
        [.. Recorded.GetProperty("vectors").EnumerateArray().Index().Where(vector => vector.Item.GetProperty("expect").GetString() == expect).Select(vector => vector.Index)];

    private static (SampleRequest Request, DateTimeOffset Now) Read(int index)
    {
        JsonElement vector = Recorded.GetProperty("vectors")[index];
        var request = new SampleRequest
        {
            Method = vector.GetProperty("method").GetString()!,
            Target = vector.GetProperty("target").GetString()!,
            Body = vector.GetProperty("body").GetString()!,
        };
        request.Headers.Clear();
        foreach (JsonProperty header in vector.GetProperty("headers").EnumerateObject())
            request.Headers.Add(header.Name, header.Value.GetString());
        return (request, DateTimeOffset.ParseExact(
            request.Headers["x-amz-date"].ToString(), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }
}
