using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Tests.Api;

/// <summary>
/// The API alone on a free port. The header <c>Authorization</c> names the key, <c>writer</c> or <c>reader</c>; an operation
/// without a handler of the test's answers with its name.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private ApiHost(WebApplication app)
    {
        _app = app;
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TestGateway.Deadline };
    }

    public LineLog Log { get; private init; } = new();

    public int Port => _client.BaseAddress!.Port;

    public static async Task<ApiHost> StartAsync(
        Dictionary<Operation, OperationHandler>? handlers = null, ApiOptions? options = null, TimeProvider? clock = null)
    {
        var log = new LineLog();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton<LogBudget>();
        builder.Services.AddSingleton(options ?? new ApiOptions());
        builder.Services.AddSingleton<IRequestAuthenticator, NamedKeys>();
        builder.Services.AddSingleton(AllHandlers(handlers ?? []));
        builder.Services.AddApi();
        WebApplication app = builder.Build();
        app.MapGet("/healthz", (HttpContext context) => context.Response.WriteAsync("ok\n"));
        app.MapApi();
        await app.StartAsync();
        return new ApiHost(app) { Log = log };
    }

    public static OperationHandlers AllHandlers(Dictionary<Operation, OperationHandler> handlers)
    {
        var all = new OperationHandlers();
        foreach (Operation operation in OperationTable.All)
            all.Add(operation, handlers.GetValueOrDefault(operation, AnswerName));
        return all;
    }

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string target, HttpContent? content = null, string? key = "writer", string? host = null)
    {
        // As it is written here: not canonicalized.
        var uri = new Uri($"http://127.0.0.1:{Port}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, uri) { Content = content };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", key);
        request.Headers.Host = host;
        using HttpResponseMessage response = await _client.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>Sends bytes as they are and reads until an answer's JSON object ends, or the gateway closes.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        string received = "";
        byte[] buffer = new byte[4096];
        int length;
        while (!received.EndsWith('}') && (length = await stream.ReadAsync(buffer).AsTask().WaitAsync(TestGateway.Deadline)) > 0)
            received += Encoding.UTF8.GetString(buffer, 0, length);
        return received;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private static ValueTask AnswerName(OperationCall call)
    {
        call.Answer.WriteString("operation", call.Operation.Name);
        return ValueTask.CompletedTask;
    }

    private sealed class NamedKeys : IRequestAuthenticator
    {
        public bool TryAuthenticate(in ApiRequest request, [NotNullWhen(true)] out Caller? caller, out ApiFailure failure)
        {
            string key = request.Headers.Authorization.ToString();
            caller = key is "writer" or "reader" ? new Caller(key, IsReadOnly: key == "reader") : null;
            failure = key.Length == 0
                ? new ApiFailure(ApiError.MissingAuthenticationToken, "Missing Authentication Token")
                : new ApiFailure(ApiError.UnrecognizedClient, $"no key {key}");
            return key != "broken" ? caller is not null : throw new InvalidOperationException("the authenticator is broken");
        }
    }
}
