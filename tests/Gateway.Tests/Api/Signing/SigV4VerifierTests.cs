using System;
using System.Linq;
using Defender.Gateway.Api.Signing;
using Xunit;

namespace Defender.Gateway.Tests.Api.Signing;

/// <summary>Who is let in, and what the others are told.</summary>
public sealed class SigV4VerifierTests
{
    private const string Mismatch = "InvalidSignatureException: The request signature we calculated does not match the signature you provided. ";

    [Theory]
    [InlineData("iot")]
    [InlineData("execute-api")]
    public void Both_names_of_the_service_are_taken(string service) =>
        Assert.Null(new SampleRequest { Scope = $"20261121/us-east-1/{service}/aws4_request" }.Sign().Verify());

    [Fact]
    public void Another_service_is_refused() =>
        Assert.Equal(
            "InvalidSignatureException: Credential should be scoped to correct service: 'iot'.",
            new SampleRequest { Scope = "20261121/us-east-1/s3/aws4_request" }.Sign().Verify());

    [Fact]
    public void The_region_is_the_configured_one_or_any()
    {
        SampleRequest request = new SampleRequest { Scope = "20261121/eu-west-1/iot/aws4_request" }.Sign();

        Assert.Null(request.Verify());
        Assert.Null(request.Verify(region: "eu-west-1"));
        Assert.StartsWith(
            "InvalidSignatureException: Credential should be scoped to a valid region, not 'eu-west-1'", request.Verify(region: "us-east-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_Authorization_header_a_token_is_missing()
    {
        Assert.Equal("MissingAuthenticationTokenException: Missing Authentication Token", new SampleRequest().Verify());
        Assert.Equal("MissingAuthenticationTokenException: Missing Authentication Token", new SampleRequest().With("Authorization", "").Verify());
    }

    [Fact]
    public void An_unknown_key_is_not_recognized_whatever_it_signed()
    {
        const string Unrecognized = "UnrecognizedClientException: The security token included in the request is invalid.";

        Assert.Equal(Unrecognized, new SampleRequest().Sign(accessKeyId: "AKIDEXAMPLE0000000002").Verify());
        // The secret that stands in for an unknown key's opens nothing.
        Assert.Equal(Unrecognized, new SampleRequest().Sign("AKIDEXAMPLE0000000002", new string('x', 40)).Verify());
    }

    [Fact]
    public void Another_secret_does_not_match() => Assert.StartsWith(Mismatch, new SampleRequest().Sign(secret: "other").Verify(), StringComparison.Ordinal);

    [Fact]
    public void A_signature_of_any_form_but_the_right_one_does_not_match()
    {
        string header = new SampleRequest().Sign().Headers["Authorization"].ToString();
        string signature = header[^64..];
        foreach (string other in new[] { signature.ToUpperInvariant(), signature[..63], signature + "0", "ü", new string('0', 64) })
            Assert.StartsWith(Mismatch, new SampleRequest().With("Authorization", header.Replace(signature, other, StringComparison.Ordinal)).Verify(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void Clocks_may_lie_five_minutes_apart(int secondsLate, bool isTaken) =>
        Assert.Equal(isTaken, new SampleRequest().Sign().Verify(SampleRequest.Noon.AddSeconds(secondsLate)) is null);

    [Fact]
    public void A_wrong_clock_is_told_what_the_time_is()
    {
        Assert.Equal(
            "InvalidSignatureException: Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T120501Z - 5 min.)",
            new SampleRequest().Sign().Verify(SampleRequest.Noon.AddSeconds(301)));
        Assert.Equal(
            "InvalidSignatureException: Signature not yet current: 20261121T120000Z is still later than 20261121T115959Z (20261121T115459Z + 5 min.)",
            new SampleRequest().Sign().Verify(SampleRequest.Noon.AddSeconds(-301)));
    }

    [Theory]
    [InlineData("00010101T000000Z")]
    [InlineData("99991231T235959Z")]
    public void The_ends_of_time_are_only_far_away(string date) =>
        Assert.StartsWith(
            "InvalidSignatureException: Signature ",
            new SampleRequest { Scope = $"{date[..8]}/us-east-1/iot/aws4_request" }.With("X-Amz-Date", date).Sign().Verify(), StringComparison.Ordinal);

    [Fact]
    public void The_day_of_the_scope_is_that_of_the_date() =>
        Assert.Equal(
            "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T120000Z'.",
            new SampleRequest { Scope = "20261120/us-east-1/iot/aws4_request" }.Sign().Verify());

    [Theory]
    [InlineData("")]
    [InlineData("Sat, 21 Nov 2026 12:00:00 GMT")]
    [InlineData("2026-11-21T12:00:00Z")]
    [InlineData("20261121T120000")]
    [InlineData("20261121T126000Z")]
    [InlineData("20261121T120000Z", "20261121T120000Z")]
    public void A_date_in_another_form_makes_the_signature_incomplete(params string[] dates) =>
        Assert.StartsWith(
            "IncompleteSignatureException: Authorization header requires existence of a 'X-Amz-Date' header",
            new SampleRequest().With("X-Amz-Date", dates).Sign().Verify(), StringComparison.Ordinal);

    [Fact]
    public void A_request_without_a_date_is_incomplete()
    {
        SampleRequest request = new SampleRequest().Sign();
        request.Headers.Remove("X-Amz-Date");

        Assert.StartsWith("IncompleteSignatureException: ", request.Verify(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-amz-content-sha256")]
    [InlineData("x-amz-security-token")]
    [InlineData("x-amz-date")]
    public void What_counts_must_be_signed(string header)
    {
        SampleRequest request = new SampleRequest { SignedHeaders = header == "x-amz-date" ? "host" : "host;x-amz-date" };
        if (header != "x-amz-date")
            request.With(header, SampleRequest.Hash("{}"));

        Assert.Equal($"InvalidSignatureException: '{header}' must be a 'SignedHeader' in the AWS Authorization.", request.Sign().Verify());
    }

    [Theory]
    [InlineData("UNSIGNED-PAYLOAD")]
    [InlineData("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")]
    [InlineData("")]
    [InlineData("44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A")]
    [InlineData("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    public void The_hash_of_the_body_is_its_own(params string[] hashes) =>
        Assert.Equal(
            "InvalidSignatureException: x-amz-content-sha256 must be the SHA-256 of the request's body in lower-case hexadecimal digits",
            new SampleRequest { SignedHeaders = "host;x-amz-content-sha256;x-amz-date" }.With("x-amz-content-sha256", hashes).Sign().Verify());

    [Fact]
    public void A_hundred_query_parameters_are_the_most()
    {
        string[] parameters = [.. Enumerable.Range(100, CanonicalRequest.MaxQueryParameters + 1).Select(i => $"p{i}=")];

        Assert.Null(new SampleRequest { Target = "/?" + string.Join('&', parameters[1..]) }.Sign().Verify());
        Assert.Equal(
            "InvalidSignatureException: The query has more than 100 parameters", new SampleRequest { Target = "/?" + string.Join('&', parameters) }.Sign().Verify());
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz", "Authorization header requires the algorithm 'AWS4-HMAC-SHA256'")]
    [InlineData("AWS4-HMAC-SHA256", "Authorization header requires the algorithm 'AWS4-HMAC-SHA256'")]
    [InlineData("aws4-hmac-sha256 Credential=a/b/c/iot/aws4_request, SignedHeaders=host, Signature=0", "Authorization header requires the algorithm")]
    [InlineData("AWS4-HMAC-SHA256 ", "Authorization header must consist of")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, Signature=0", "Authorization header requires 'SignedHeaders' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=, Signature=0", "Authorization header requires 'Credential' parameter. Authorization header requires 'SignedHeaders' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=host, Signature", "Authorization header must consist of")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=host, =0", "Authorization header must consist of")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=host, Signature=0, Signature=0", "Authorization header must consist of")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=host, Signature=0, More=0, More=0", "Authorization header must consist of")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/iot/aws4_request, SignedHeaders=host, Signature=0", "Credential must have exactly 5")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/iot/aws4_request, SignedHeaders=host, Signature=0", "Credential must have exactly 5")]
    [InlineData("AWS4-HMAC-SHA256 Credential=/b/c/iot/aws4_request, SignedHeaders=host, Signature=0", "Credential must have exactly 5")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws5_request, SignedHeaders=host, Signature=0", "Credential should be scoped with a valid terminator")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=Host, Signature=0", "SignedHeaders must be lower-case")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=host;host, Signature=0", "SignedHeaders must be lower-case")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=x-amz-date;host, Signature=0", "SignedHeaders must be lower-case")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=;host, Signature=0", "SignedHeaders must be lower-case")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/iot/aws4_request, SignedHeaders=a:b;host, Signature=0", "SignedHeaders must be lower-case")]
    public void A_malformed_header_makes_the_signature_incomplete(string header, string message)
    {
        string? failure = new SampleRequest().With("Authorization", header).Verify();

        Assert.StartsWith($"IncompleteSignatureException: {message}", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("dXNlcjpwYXNz", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Order_and_white_space_of_the_parts_do_not_matter()
    {
        string[] parts = new SampleRequest().Sign().Headers["Authorization"].ToString()["AWS4-HMAC-SHA256 ".Length..].Split(", ");

        Assert.Null(new SampleRequest().With("Authorization", $"AWS4-HMAC-SHA256   {parts[2]},{parts[0]} ,  {parts[1]}").Verify());
    }

    [Fact]
    public void Two_Authorization_headers_are_one_too_many()
    {
        string header = new SampleRequest().Sign().Headers["Authorization"].ToString();

        Assert.StartsWith("IncompleteSignatureException: ", new SampleRequest().With("Authorization", header, header).Verify(), StringComparison.Ordinal);
    }

    [Fact]
    public void Length_and_number_of_signed_headers_are_bounded()
    {
        string[] names = [.. Enumerable.Range(100, SignatureAuthorization.MaxSignedHeaders - 1).Select(i => $"a{i}")];

        Assert.Null(new SampleRequest { SignedHeaders = string.Join(';', names.Skip(1).Append("host").Append("x-amz-date")) }.Sign().Verify());
        Assert.Equal(
            "IncompleteSignatureException: SignedHeaders has more than 50 names",
            new SampleRequest { SignedHeaders = string.Join(';', names.Append("host").Append("x-amz-date")) }.Sign().Verify());
        string header = new SampleRequest().Sign().Headers["Authorization"].ToString();
        Assert.StartsWith(Mismatch, new SampleRequest().With("Authorization", header.PadRight(SignatureAuthorization.MaxLength, '0')).Verify(), StringComparison.Ordinal);
        Assert.StartsWith(
            "IncompleteSignatureException: Authorization header has 4097 characters",
            new SampleRequest().With("Authorization", header.PadRight(SignatureAuthorization.MaxLength + 1, '0')).Verify(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_port_of_the_host_is_signed_as_sent() =>
        Assert.StartsWith(Mismatch, new SampleRequest().Sign().With("Host", "gateway").Verify(), StringComparison.Ordinal);
}
