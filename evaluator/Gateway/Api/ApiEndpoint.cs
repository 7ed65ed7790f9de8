using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Defender.Gateway.Api.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;

namespace Defender.Gateway.Api;

/// <summary>
/// The HTTP side of the API: reads a bounded request, and sends what the dispatcher answers. Nothing is sent before the
/// answer is complete, so that a status is never taken back. Thread-safe.
/// </summary>
internal sealed class ApiEndpoint(OperationDispatcher dispatcher, TimeProvider timeProvider)
{
    private readonly DefaultObjectPool<AnswerBuffer> _answers = new(new AnswerBuffer.Policy());

    /// <summary>Answers a request, whatever it is.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        string requestId = Guid.NewGuid().ToString();
        AnswerBuffer answer = _answers.Get();
        try
        {
            ErrorAnswer? error = await ServeAsync(context, requestId, answer).ConfigureAwait(false);
            if (error is not null)
            {
                answer.Start();
                error.WriteTo(answer.Writer);
                answer.Finish();
            }

            HttpResponse response = context.Response;
            response.StatusCode = error?.Error.Status() ?? StatusCodes.Status200OK;
            if (error is not null)
                response.Headers["x-amzn-ErrorType"] = error.Error.Name();
            response.Headers["x-amzn-RequestId"] = requestId;
            // The JS SDK sets its clock by it, and requests are held to the same clock that signatures are checked by.
            response.Headers.Date = timeProvider.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
            response.ContentType = "application/json";
            response.ContentLength = answer.Written.Length;
            await response.Body.WriteAsync(answer.Written, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The caller has hung up: nobody waits for an answer.
        }
        finally
        {
            _answers.Return(answer);
        }
    }

    private async ValueTask<ErrorAnswer?> ServeAsync(HttpContext context, string requestId, AnswerBuffer answer)
    {
        HttpRequest request = context.Request;
        RequestTarget target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (request.Headers.Authorization.Count == 0)
        {
            // Nobody signed it: what is told does not depend on the body, which is not read then.
            context.Response.Headers.Connection = "close";
            return await DispatchAsync(ReadOnlyMemory<byte>.Empty).ConfigureAwait(false);
        }

        RequestBody? body;
        try
        {
            body = await RequestBody.ReadAsync(request, ApiOptions.MaxBodyBytes, context.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            return new ErrorAnswer(ApiError.InvalidRequest, $"The request body cannot be read: {error.Message}");
        }

        if (body is null)
        {
            // What is left of it is not read for another request's sake.
            context.Response.Headers.Connection = "close";
            return new ErrorAnswer(ApiError.RequestEntityTooLarge, $"A request body has at most {ApiOptions.MaxBodyBytes} bytes");
        }

        using (body)
            return await DispatchAsync(body.Bytes).ConfigureAwait(false);

        ValueTask<ErrorAnswer?> DispatchAsync(ReadOnlyMemory<byte> bytes) => dispatcher.DispatchAsync(
            new ApiRequest(request.Method, target.Path, target.Query, request.Headers, bytes),
            request.Host.Host,
            requestId,
            answer,
            context.RequestAborted);
    }
}
