using System;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Defender.Gateway.Tests.Alerts.Sinks;

public sealed class WebhookSinkTests : IAsyncLifetime
{
    private static readonly byte[] Secret = "0123456789abcdef"u8.ToArray();
    private static readonly OutboxMessage Message = new("alert:a", "0b5f", Encoding.UTF8.GetBytes("""{"thingName":"pümp"}"""), DateTimeOffset.UnixEpoch);

    private readonly ManualTime _clock = new();
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task The_message_itself_is_posted_with_its_id_and_a_signature_over_time_and_body()
    {
        using WebhookSink sink = Open(options => options with { Headers = [new("Authorization", "Bearer t0ken")] });

        Assert.Equal(Delivery.Delivered, await sink.DeliverAsync(Message, CancellationToken.None));

        ReceivedRequest request = Assert.Single(_receiver.Requests);
        Assert.Equal(("POST", "/hook?team=ops"), (request.Method, request.Target));
        Assert.Equal(Message.Body, request.Body);
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        Assert.Equal("0b5f", request.Headers["Defender-Message-Id"]);
        Assert.Equal("Bearer t0ken", request.Headers["Authorization"]);
        string timestamp = request.Headers["Defender-Timestamp"];
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeSeconds(), long.Parse(timestamp, null));
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{timestamp}."), .. request.Body];
        Assert.Equal($"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Secret, signed))}", request.Headers["Defender-Signature"]);
        Assert.DoesNotContain("traceparent", request.Headers.Keys);
    }

    // Recomputed with: printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
    [Fact]
    public void The_signature_is_the_documented_one() =>
        Assert.Equal(
            "v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e",
            WebhookSignature.Of(Secret, 1_700_000_000, "{}"u8));

    [Theory]
    [InlineData(200, "Delivered")]
    [InlineData(204, "Delivered")]
    [InlineData(301, "Failed")]
    [InlineData(400, "Refused")]
    [InlineData(404, "Refused")]
    [InlineData(408, "Failed")]
    [InlineData(425, "Failed")]
    [InlineData(429, "Failed")]
    [InlineData(500, "Failed")]
    [InlineData(503, "Failed")]
    public async Task The_status_says_what_came_of_it(int status, string outcome)
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };
        using WebhookSink sink = Open();

        Delivery delivery = await sink.DeliverAsync(Message, CancellationToken.None);

        Assert.Equal(outcome, delivery.Outcome.ToString());
        Assert.Single(_receiver.Requests);
        if (outcome != "Delivered")
            Assert.Contains(status.ToString(provider: null), delivery.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_not_read()
    {
        using var stop = new CancellationTokenSource();
        _receiver.Answer = async context =>
        {
            var noise = new byte[64 * 1024];
            while (!stop.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(noise, context.RequestAborted);
        };
        using WebhookSink sink = Open();

        Delivery delivery = await sink.DeliverAsync(Message, CancellationToken.None).WaitAsync(TestGateway.Deadline);

        Assert.Equal(Delivery.Delivered, delivery);
        await stop.CancelAsync();
    }

    [Fact]
    public async Task Messages_share_a_connection()
    {
        _receiver.Answer = context => context.Response.WriteAsync("thank you");
        using WebhookSink sink = Open();
        for (int i = 0; i < 3; i++)
            Assert.Equal(Delivery.Delivered, await sink.DeliverAsync(Message, CancellationToken.None));

        Assert.Single(_receiver.Requests.Select(request => request.Connection).Distinct());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_ten_seconds_has_failed()
    {
        var hold = new TaskCompletionSource();
        _receiver.Answer = _ => hold.Task;
        using WebhookSink sink = Open();
        Task<Delivery> delivering = sink.DeliverAsync(Message, CancellationToken.None);
        await Eventually.TrueAsync(() => _receiver.Requests.Count == 1, "the request came");

        _clock.Advance(WebhookSink.Timeout);

        Delivery delivery = await delivering.WaitAsync(TestGateway.Deadline);
        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.Contains("10 s", delivery.Reason, StringComparison.Ordinal);
        hold.SetResult();
    }

    [Fact]
    public async Task Being_stopped_is_no_failure()
    {
        var hold = new TaskCompletionSource();
        _receiver.Answer = _ => hold.Task;
        using WebhookSink sink = Open();
        using var stop = new CancellationTokenSource();
        Task<Delivery> delivering = sink.DeliverAsync(Message, stop.Token);
        await Eventually.TrueAsync(() => _receiver.Requests.Count == 1, "the request came");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering.WaitAsync(TestGateway.Deadline));
        hold.SetResult();
    }

    [Theory]
    [InlineData("http", "127.0.0.1", "127.0.0.1")]
    [InlineData("https", "127.0.0.1", "127.0.0.1")]
    [InlineData("https", "alerts.example.com", "127.0.0.1")]
    [InlineData("https", "alerts.example.com", "::1")]
    [InlineData("https", "alerts.example.com", "::ffff:127.0.0.1")]
    [InlineData("https", "alerts.example.com", "10.0.0.5")]
    [InlineData("https", "alerts.example.com", "169.254.169.254")]
    [InlineData("https", "alerts.example.com", "fe80::1%1")]
    public async Task Nothing_is_connected_to_that_is_not_public(string scheme, string host, string leadsTo)
    {
        using WebhookSink sink = Open(
            options => options with { Url = new Uri($"{scheme}://{host}:{_receiver.Url.Port}/"), AllowPrivateAddresses = false }, leadsTo);

        Delivery delivery = await sink.DeliverAsync(Message, CancellationToken.None);

        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.Contains("may not go", delivery.Reason, StringComparison.Ordinal);
        Assert.Empty(_receiver.Requests);
    }

    [Theory]
    [InlineData("https", "169.254.169.254")]
    [InlineData("https", "0.0.0.0")]
    [InlineData("http", "10.0.0.5")]
    public async Task Allowing_private_addresses_allows_neither_metadata_services_nor_plain_text_across_the_network(string scheme, string leadsTo)
    {
        using WebhookSink sink = Open(options => options with { Url = new Uri($"{scheme}://localhost:{_receiver.Url.Port}/") }, leadsTo);

        Assert.Contains("may not go", (await sink.DeliverAsync(Message, CancellationToken.None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_checked_each_time_it_is_connected_to()
    {
        // The first answer for the eyes of a check, the second for the connection: an old trick.
        string[] answers = ["127.0.0.1", "169.254.169.254"];
        int asked = 0;
        _receiver.Answer = context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };
        using var sink = new WebhookSink(
            new WebhookSinkOptions("a", new Uri($"http://localhost:{_receiver.Url.Port}/"), Secret) { AllowPrivateAddresses = true },
            _clock,
            (_, _) => Task.FromResult(new[] { IPAddress.Parse(answers[asked++]) }));

        Assert.Equal(Delivery.Delivered, await sink.DeliverAsync(Message, CancellationToken.None));
        Assert.Contains("may not go", (await sink.DeliverAsync(Message, CancellationToken.None)).Reason, StringComparison.Ordinal);
        Assert.Single(_receiver.Requests);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync(certificate);
        using WebhookSink sink = Open(options => options with { Url = receiver.Url });

        Delivery delivery = await sink.DeliverAsync(Message, CancellationToken.None);

        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.Contains("certificate", delivery.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task A_server_that_is_not_there_has_failed()
    {
        await _receiver.DisposeAsync();
        using WebhookSink sink = Open();

        Assert.Equal(DeliveryOutcome.Failed, (await sink.DeliverAsync(Message, CancellationToken.None)).Outcome);
    }

    private WebhookSink Open(Func<WebhookSinkOptions, WebhookSinkOptions>? configure = null, string leadsTo = "127.0.0.1")
    {
        var options = new WebhookSinkOptions("a", _receiver.Url, Secret) { AllowPrivateAddresses = true };
        return new WebhookSink(configure?.Invoke(options) ?? options, _clock, (_, _) => Task.FromResult(new[] { IPAddress.Parse(leadsTo) }));
    }
}
