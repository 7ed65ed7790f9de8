using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Api.Signing;

/// <summary>Whatever comes, there is an answer; and nothing but the signed request is let in.</summary>
public sealed class SignatureFuzzTests
{
    private const int Cases = 20_000;

    private static readonly string[] Headers = ["Authorization", "Host", "X-Amz-Date", "X-Amz-Content-Sha256", "X-Amz-Security-Token"];

    [Fact]
    public void No_text_in_any_place_makes_it_throw()
        => Prop.ForAll(
            ArbMap.Default.ArbFor<string?>(), ArbMap.Default.ArbFor<string?>(), Gen.Elements(Headers).ToArbitrary(),
            (text, more, header) => new SampleRequest { Method = more ?? "", Target = text ?? "", Body = more ?? "" }
                .With(header, text!, more!).Verify() is not null
                && new SampleRequest { Target = $"/{text}?{more}" }.With("Authorization", $"AWS4-HMAC-SHA256 Credential={text}, SignedHeaders={more}, Signature={text}").Verify() is not null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void No_damage_to_a_signed_request_is_let_in()
    {
        var random = new Random(2323);
        int signaturesCompared = 0;
        for (int i = 0; i < Cases; i++)
        {
            SampleRequest request = new SampleRequest { Target = "/things/pump?a=1&b=2", SignedHeaders = "host;x-amz-content-sha256;x-amz-date" }
                .With("X-Amz-Content-Sha256", SampleRequest.Hash("{}")).Sign();
            string place = new[] { "target", "body", "method", "X-Amz-Security-Token" }.Concat(Headers[..4]).ElementAt(random.Next(8));
            switch (place)
            {
                case "target":
                    request.Target = Damage(random, request.Target);
                    break;
                case "body":
                    request.Body = Damage(random, request.Body);
                    break;
                case "method":
                    request.Method = Damage(random, request.Method);
                    break;
                default:
                    request.With(place, Damage(random, request.Headers.TryGetValue(place, out var values) ? values.ToString() : "token"));
                    break;
            }

            string? failure = request.Verify();
            Assert.True(failure is not null, $"{place}: {request.Method} {request.Target} {request.Body} {string.Join(' ', request.Headers)}");
            signaturesCompared += failure.Contains("does not match the signature", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(signaturesCompared > Cases / 10, $"only {signaturesCompared} came as far as the signature");
    }

    // One character that means something wherever it comes or goes: no white space, no '&' that adds an empty parameter.
    private static string Damage(Random random, string text)
    {
        const string Signs = "0Zz/;,=%?\0ü\ud800";
        int place = random.Next(text.Length);
        char sign;
        do
            sign = Signs[random.Next(Signs.Length)];
        while (sign == text[place]);
        return random.Next(3) switch
        {
            0 => $"{text[..place]}{sign}{text[place..]}",
            1 when text.Length > 1 && text[place] != ' ' => text.Remove(place, 1),
            _ => $"{text[..place]}{sign}{text[(place + 1)..]}",
        };
    }
}
