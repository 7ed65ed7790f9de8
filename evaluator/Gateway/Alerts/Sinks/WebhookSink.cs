using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Posts messages to a web server, signed. Any 2xx means delivered.</summary>
internal sealed class WebhookSink : IAlertSink
{
    /// <summary>Bytes of an answer that are read: its status says all, the rest is for keeping the connection.</summary>
    public const int MaxAnswerBytes = 1024;

    /// <summary>For name, connection, TLS, request and answer together.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly WebhookSinkOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpMessageInvoker _http;

    public WebhookSink(WebhookSinkOptions options, TimeProvider timeProvider)
        : this(options, timeProvider, static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken))
    {
    }

    /// <summary>The same with another way from names to addresses.</summary>
    public WebhookSink(WebhookSinkOptions options, TimeProvider timeProvider, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _options = options;
        _timeProvider = timeProvider;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = new WebhookConnector(options, resolve).ConnectAsync,
            // A proxy or a redirection would lead to addresses that nobody checked.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = 1,
            ConnectTimeout = Timeout,
            MaxResponseHeadersLength = 16, // KiB
            MaxResponseDrainSize = 0,
            // So that a name which moves is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
    }

    public async Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = Compose(message);
            using HttpResponseMessage answer = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                await ReadEndAsync(answer, either.Token).ConfigureAwait(false);
                return Delivery.Delivered;
            }

            string reason = $"{_options.Url.Host} answered {(int)answer.StatusCode}";
            return IsRefusal(answer.StatusCode) ? Delivery.Refused(reason) : Delivery.Failed(reason);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Delivery.Failed($"{_options.Url.Host} did not answer within {Timeout.TotalSeconds} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            return Delivery.Failed(error.GetBaseException().Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Compose(OutboxMessage message)
    {
        long timestamp = _timeProvider.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = new ByteArrayContent(message.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } },
        };
        request.Headers.Add("User-Agent", "defender-gateway");
        request.Headers.Add("Defender-Message-Id", message.MessageId);
        request.Headers.Add("Defender-Timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Defender-Signature", WebhookSignature.Of(_options.Secret.Span, timestamp, message.Body));
        foreach ((string name, string value) in _options.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    // The status has come, the message is there: what is wrong with the rest only costs the connection.
    private static async Task ReadEndAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream content = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var buffer = new byte[MaxAnswerBytes];
            await content.ReadAtLeastAsync(buffer, MaxAnswerBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // Delivered all the same.
        }
    }

    // 408, 425 and 429 ask for another try; the other 4xx say that this request will never do.
    private static bool IsRefusal(HttpStatusCode status) =>
        (int)status is >= 400 and < 500 and not (408 or 425 or 429);
}
