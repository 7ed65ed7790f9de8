using System;
using System.Linq;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Routing;
using Defender.Gateway.Api.Signing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Defender.Gateway.Tests.Api.Signing;

/// <summary>The steps of the signature against published values, and against what botocore signs for odd requests.</summary>
public sealed class CanonicalRequestTests
{
    // AWS's documentation example of a secret.
    private const string PublishedSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    [Theory]
    [InlineData("20120215", "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d")]
    [InlineData("20150830", "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")]
    public void The_published_signing_keys_are_derived(string date, string key) =>
        Assert.Equal(key, Convert.ToHexStringLower(SigningKey.Derive(PublishedSecret, date, "us-east-1", "iam")));

    [Fact]
    public void The_published_simplest_request_has_the_published_hash() =>
        Assert.Equal(
            "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63",
            SampleRequest.Hash(Build("/", ("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z"))));

    // Signed by botocore 1.43 for GET http://gateway:8080TARGET at noon.
    [Theory]
    [InlineData("/things/a%20b?b=2&a=3&a-=1&a=2&B=1", "3bd6f87b51165bc7364197067904dc402c8cd0184a9ecb1bd44ae9946adf50a0")]
    [InlineData("/?flag=&x=%2B%20%C3%BC", "a5cc2e93e1bc64b2250b98d9b486fccf9b5315a60a1b745f828aacb5ad767f6d")]
    [InlineData("/?x=%2b+%c3%bc&flag", "a5cc2e93e1bc64b2250b98d9b486fccf9b5315a60a1b745f828aacb5ad767f6d")]
    [InlineData("/", "b8df1d3178be0d11b57e71c81a3c93f10f18eb78cc235d6c190199d25b793362", "x-amz-meta", "  two   words ")]
    [InlineData("/", "b29621deb2f027e70fee1c5884d161e9f710cc25da61717e23cdd113b53f0d61", "x-amz-meta", "b", " a ")]
    [InlineData("/", "0b2900b8b63f3be3ac14d205188e18fece246c5afa553051cbda4f78eb964066", "x-amz-security-token", "session-token")]
    public void What_botocore_signs_is_verified(string target, string signature, params string[] header)
    {
        var request = new SampleRequest { Method = "GET", Target = target, Body = "" };
        if (header.Length > 0)
        {
            request.With(header[0], header[1..]);
            request.SignedHeaders += $";{header[0]}";
        }

        request.With(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={SampleRequest.Key.AccessKeyId}/{request.Scope}, SignedHeaders={request.SignedHeaders}, Signature={signature}");

        Assert.Null(request.Verify());
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/a%3Ab", "/a%253Ab")]
    [InlineData("/a%3ab", "/a%253ab")]
    [InlineData("/a:b", "/a%3Ab")]
    [InlineData("//a/../b/./", "//a/../b/./")]
    [InlineData("/-_.~AZaz09", "/-_.~AZaz09")]
    [InlineData("/ü ", "/%C3%BC%20")]
    [InlineData("http://gateway:8080/a%3Ab", "/a%253Ab")]
    public void A_path_is_encoded_once_more_as_it_was_sent(string path, string canonical) => Assert.Equal(canonical, Build(path).Split('\n')[1]);

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a=")]
    [InlineData("a=1&&b=2&", "a=1&b=2")]
    [InlineData("=1", "=1")]
    [InlineData("b=1&a=2&a=10&a=1", "a=1&a=10&a=2&b=1")]
    [InlineData("a=1=2", "a=1%3D2")]
    [InlineData("a=?/:@", "a=%3F%2F%3A%40")]
    [InlineData("a=%41%7e%2d", "a=A~-")]
    [InlineData("a=%&b=%4&c=%zz&d=%%41", "a=%25&b=%254&c=%25zz&d=%25A")]
    [InlineData("a=%FF%00", "a=%FF%00")]
    [InlineData("a=%2525", "a=%2525")]
    [InlineData("a=x+y", "a=x%20y")]
    [InlineData("ü=ü", "%C3%BC=%C3%BC")]
    public void A_query_is_decoded_encoded_and_sorted(string query, string canonical) => Assert.Equal(canonical, Build("/?" + query).Split('\n')[2]);

    [Fact]
    public void A_header_that_is_absent_is_empty() => Assert.Contains("\na:\n", Build("/", ("a", StringValues.Empty)), StringComparison.Ordinal);

    private static string Build(string target, params (string Name, StringValues Values)[] headers)
    {
        RequestTarget parts = RequestTarget.Parse(target);
        var request = new ApiRequest("GET", parts.Path, parts.Query, new HeaderDictionary(headers.ToDictionary(header => header.Name, header => header.Values)), default);
        Assert.True(CanonicalRequest.TryBuild(request, [.. headers.Select(header => header.Name)], SampleRequest.Hash(""), out string? text));
        return text;
    }
}
