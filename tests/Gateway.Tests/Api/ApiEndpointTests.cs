using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Api;

public sealed class ApiEndpointTests
{
    [Fact]
    public async Task A_handler_gets_the_members_and_writes_into_an_open_object()
    {
        var handlers = new Dictionary<Operation, OperationHandler>
        {
            [ThingOperations.CreateThing] = call =>
            {
                call.Answer.WriteString("thingName", call.Input.String("thingName"));
                call.Answer.WriteString("by", call.Caller.AccessKeyId);
                call.Answer.WriteString("host", call.Host);
                call.Answer.WriteString("color", call.Input.StructureOrNull("attributePayload")!.StringMapOrNull("attributes")!["color"]);
                return ValueTask.CompletedTask;
            },
        };
        await using ApiHost api = await ApiHost.StartAsync(handlers);

        ApiAnswer answer = await api.SendAsync(
            HttpMethod.Post, "/things/a%3Ab", new StringContent("""{"attributePayload":{"attributes":{"color":"red"}}}"""), host: "iot.example:8080");

        Assert.Equal(200, answer.Status);
        Assert.Null(answer.ErrorType);
        Assert.Equal("""{"thingName":"a:b","by":"writer","host":"iot.example","color":"red"}""", answer.Body.GetRawText());
    }

    [Fact]
    public async Task Every_operation_is_found_under_its_method_and_path()
    {
        await using ApiHost api = await ApiHost.StartAsync();
        foreach (Operation operation in OperationTable.All)
        {
            string path = operation.Path.ToString();
            foreach (string parameter in operation.Path.Parameters)
                path = path.Replace($"{{{parameter}}}", "x", StringComparison.Ordinal);

            ApiAnswer answer = await api.SendAsync(new HttpMethod(operation.Method), path);

            // It was found either way: required members are missing in some.
            Assert.True(
                answer.Status == 200 ? answer.Body.GetProperty("operation").GetString() == operation.Name
                : answer.Message!.Contains("Member must not be null", StringComparison.Ordinal),
                $"{operation}: {answer}");
        }
    }

    [Fact]
    public async Task The_date_is_the_one_that_signatures_are_checked_by()
    {
        await using ApiHost api = await ApiHost.StartAsync(clock: new ManualTime());

        ApiAnswer good = await api.SendAsync(HttpMethod.Get, "/things");
        ApiAnswer bad = await api.SendAsync(HttpMethod.Get, "/nothing", key: null);

        Assert.Equal(new ManualTime().GetUtcNow(), good.Date);
        Assert.Equal(new ManualTime().GetUtcNow(), bad.Date);
    }

    [Theory]
    [InlineData("GET", "/things")]
    [InlineData("GET", "/nothing")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/things/%zz")]
    [InlineData("POST", "/healthz")]
    [InlineData("DELETE", "/favicon.ico")]
    public async Task Without_a_signature_no_path_tells_whether_it_exists(string method, string path)
    {
        await using ApiHost api = await ApiHost.StartAsync();

        ApiAnswer none = await api.SendAsync(new HttpMethod(method), path, key: null);
        ApiAnswer unknown = await api.SendAsync(new HttpMethod(method), path, key: "somebody");

        Assert.Equal((403, "MissingAuthenticationTokenException"), (none.Status, none.ErrorType));
        Assert.Equal((403, "UnrecognizedClientException"), (unknown.Status, unknown.ErrorType));
        await api.Log.WaitForAsync("Information: request ", "UnrecognizedClientException: no key somebody");
    }

    [Theory]
    [InlineData("GET", "/nothing", 404, "UnknownOperationException")]
    [InlineData("PUT", "/things/x", 404, "UnknownOperationException")]
    [InlineData("GET", "/things/", 404, "UnknownOperationException")]
    [InlineData("GET", "/things/%zz", 400, "InvalidRequestException")]
    [InlineData("GET", "/things/a%0Ab", 400, "InvalidRequestException")]
    [InlineData("GET", "/things/a%2Fb", 400, "InvalidRequestException")]
    [InlineData("GET", "/things?maxResults=%", 400, "InvalidRequestException")]
    [InlineData("GET", "/things?maxResults=251", 400, "InvalidRequestException")]
    public async Task A_request_that_means_nothing_is_refused(string method, string target, int status, string errorType)
    {
        await using ApiHost api = await ApiHost.StartAsync();

        ApiAnswer answer = await api.SendAsync(new HttpMethod(method), target);

        Assert.Equal((status, errorType), (answer.Status, answer.ErrorType));
        Assert.NotNull(answer.Message);
    }

    [Fact]
    public async Task A_read_only_key_reads_and_nothing_else()
    {
        await using ApiHost api = await ApiHost.StartAsync();

        Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, "/things", key: "reader")).Status);
        Assert.Equal(200, (await api.SendAsync(
            HttpMethod.Post, "/security-profile-behaviors/validate", new StringContent("""{"behaviors":[]}"""), "reader")).Status);

        ApiAnswer thing = await api.SendAsync(HttpMethod.Post, "/things/x", key: "reader");
        Assert.Equal((401, "UnauthorizedException"), (thing.Status, thing.ErrorType));
        Assert.Equal("Access key reader is read-only: it is not authorized to perform: iot:CreateThing", thing.Message);

        ApiAnswer profile = await api.SendAsync(HttpMethod.Delete, "/security-profiles/x", key: "reader");
        Assert.Equal((403, "AccessDeniedException"), (profile.Status, profile.ErrorType));
    }

    [Fact]
    public async Task A_body_may_be_as_large_as_the_limit_and_no_larger()
    {
        await using ApiHost api = await ApiHost.StartAsync();
        byte[] largest = Encoding.UTF8.GetBytes("{}".PadRight(ApiOptions.MaxBodyBytes));

        Assert.Equal(200, (await api.SendAsync(HttpMethod.Post, "/things/x", new ByteArrayContent(largest))).Status);
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Post, "/things/x", new ChunkedContent(largest))).Status);

        ApiAnswer chunked = await api.SendAsync(HttpMethod.Post, "/things/x", new ChunkedContent([.. largest, 0x20]));
        Assert.Equal((413, "RequestEntityTooLargeException"), (chunked.Status, chunked.ErrorType));
    }

    [Fact]
    public async Task Of_a_request_that_nobody_signed_the_body_is_not_waited_for()
    {
        await using ApiHost api = await ApiHost.StartAsync();

        string answer = await api.SendRawAsync("POST /things/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Contains("x-amzn-ErrorType: MissingAuthenticationTokenException\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_length_over_the_limit_is_refused_before_anything_is_sent()
    {
        await using ApiHost api = await ApiHost.StartAsync();

        string answer = await api.SendRawAsync(
            $"POST /things/x HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4 x\r\nExpect: 100-continue\r\nContent-Length: {ApiOptions.MaxBodyBytes + 1}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("x-amzn-ErrorType: RequestEntityTooLargeException\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("x-amzn-RequestId: ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_by_itself_tells_nothing()
    {
        await using ApiHost api = await ApiHost.StartAsync();

        string answer = await api.SendRawAsync("GET /things/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_broken_chunks_is_answered()
    {
        await using ApiHost api = await ApiHost.StartAsync();

        string answer = await api.SendRawAsync("POST /things/x HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4 x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET http://elsewhere/things/a%2Fb HTTP/1.1", "HTTP/1.1 400 ", "Value 'a/b' at 'thingName'")]
    [InlineData("GET /things/%61 HTTP/1.1", "HTTP/1.1 200 ", "DescribeThing")]
    [InlineData("GET /things/../endpoint HTTP/1.1", "HTTP/1.1 404 ", "UnknownOperationException")]
    public async Task The_path_counts_as_it_was_sent(string requestLine, string status, string text)
    {
        await using ApiHost api = await ApiHost.StartAsync();
        string host = requestLine.Contains("elsewhere", StringComparison.Ordinal) ? "elsewhere" : "x";

        string answer = await api.SendRawAsync($"{requestLine}\r\nHost: {host}\r\nAuthorization: writer\r\nConnection: close\r\n\r\n");

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains(text, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_waits_for_its_turn()
    {
        var entered = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource();
        await using ApiHost api = await ApiHost.StartAsync(
            new Dictionary<Operation, OperationHandler>
            {
                [ThingOperations.ListThings] = async _ =>
                {
                    entered.Release();
                    await gate.Task;
                },
            },
            new ApiOptions { ConcurrentCalls = 1 });

        Task<ApiAnswer> first = api.SendAsync(HttpMethod.Get, "/things");
        Assert.True(await entered.WaitAsync(TestGateway.Deadline));
        Task<ApiAnswer> second = api.SendAsync(HttpMethod.Get, "/things");

        // What needs no handler needs no turn.
        Assert.Equal(404, (await api.SendAsync(HttpMethod.Get, "/nothing")).Status);
        Assert.False(second.IsCompleted);
        Assert.Equal(0, entered.CurrentCount);

        gate.SetResult();
        Assert.Equal(200, (await first).Status);
        Assert.Equal(200, (await second).Status);
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_throttled_for_their_operation_alone()
    {
        var clock = new ManualTime();
        await using ApiHost api = await ApiHost.StartAsync(options: new ApiOptions { RequestsPerSecond = 2 }, clock: clock);
        async Task<int> ListAsync() => (await api.SendAsync(HttpMethod.Get, "/things")).Status;

        Assert.Equal("200 200 400", $"{await ListAsync()} {await ListAsync()} {await ListAsync()}");
        Assert.Equal("ThrottlingException", (await api.SendAsync(HttpMethod.Get, "/things")).ErrorType);
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, "/thing-types")).Status);

        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("200 400", $"{await ListAsync()} {await ListAsync()}");
    }

    [Fact]
    public async Task Health_is_answered_without_a_signature()
    {
        await using ApiHost api = await ApiHost.StartAsync();

        string answer = await api.SendRawAsync("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.EndsWith("ok\n\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>A body whose length is not announced.</summary>
    private sealed class ChunkedContent(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
