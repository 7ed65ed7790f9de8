using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Api.Signing;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>Calls the API with signed requests, as an SDK does. One connection; one call at a time.</summary>
internal sealed class SignedClient(int port, AccessKey key, TimeProvider timeProvider) : IDisposable
{
    private const string SignedHeaders = "host;x-amz-date";

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });

    private byte[] _answer = new byte[16 * 1024];

    /// <summary>The answer's body, in memory that the next call takes: what a caller leaves behind is the gateway's garbage here.</summary>
    /// <exception cref="HttpRequestException">The answer is an error; the message has its body.</exception>
    public async Task<ReadOnlyMemory<byte>> CallAsync(string method, string path, (string Name, string Value)[] query, string body = "")
    {
        string sorted = string.Join('&', query
            .Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}")
            .Order(StringComparer.Ordinal));
        string date = timeProvider.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string host = $"127.0.0.1:{port}";
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://{host}{path}{(sorted.Length == 0 ? "" : "?" + sorted)}"));
        if (body.Length > 0)
            request.Content = new StringContent(body);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", date);
        request.Headers.TryAddWithoutValidation("Authorization", Authorize(
            $"{method}\n{path}\n{sorted}\nhost:{host}\nx-amz-date:{date}\n\n{SignedHeaders}\n{Hash(body)}", date));
        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ReadOnlyMemory<byte> answer = await ReadAsync(response.Content);
        return response.IsSuccessStatusCode
            ? answer
            : throw new HttpRequestException($"{path}?{sorted}: {(int)response.StatusCode} {Encoding.UTF8.GetString(answer.Span)}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content)
    {
        await using Stream stream = await content.ReadAsStreamAsync();
        int length = 0;
        for (int read; (read = await stream.ReadAsync(_answer.AsMemory(length))) > 0;)
        {
            length += read;
            if (length == _answer.Length)
                Array.Resize(ref _answer, 2 * length);
        }

        return _answer.AsMemory(0, length);
    }

    private string Authorize(string canonicalRequest, string date)
    {
        string scope = $"{date[..8]}/us-east-1/iot/aws4_request";
        byte[] signingKey = SigningKey.Derive(key.SecretAccessKey, date[..8], "us-east-1", "iot");
        byte[] signature = HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(canonicalRequest)}"));
        return $"AWS4-HMAC-SHA256 Credential={key.AccessKeyId}/{scope}, SignedHeaders={SignedHeaders}, Signature={Convert.ToHexStringLower(signature)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
