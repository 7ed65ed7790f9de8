using System;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Routing;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;
using Defender.Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Api;

/// <summary>
/// Takes a request through its gates to its handler: signature, operation, rights, rate, input, its turn. Nothing but an error of the
/// signature is told to whoever did not sign. Thread-safe.
/// </summary>
internal sealed class OperationDispatcher : IDisposable
{
    private readonly IRequestAuthenticator _authenticator;
    private readonly OperationRouter _router;
    private readonly FrozenDictionary<string, OperationHandler> _handlers;
    private readonly FrozenDictionary<string, OperationRate> _rates;
    private readonly SemaphoreSlim _turns;
    private readonly TimeProvider _timeProvider;
    private readonly GatewayMetrics _metrics;
    private readonly LogBudget _logBudget;
    private readonly ILogger<OperationDispatcher> _logger;

    /// <exception cref="InvalidOperationException">An operation has no handler.</exception>
    public OperationDispatcher(
        OperationHandlers handlers,
        IRequestAuthenticator authenticator,
        ApiOptions options,
        TimeProvider timeProvider,
        GatewayMetrics metrics,
        LogBudget logBudget,
        ILogger<OperationDispatcher> logger)
    {
        _handlers = handlers.Complete(OperationTable.All);
        _authenticator = authenticator;
        _router = new OperationRouter(OperationTable.All);
        _rates = OperationTable.All.ToFrozenDictionary(
            operation => operation.Name, _ => new OperationRate(options.RequestsPerSecond, timeProvider));
        _turns = new SemaphoreSlim(options.ConcurrentCalls);
        _timeProvider = timeProvider;
        _metrics = metrics;
        _logBudget = logBudget;
        _logger = logger;
    }

    /// <summary>Answers a request: with the members in <paramref name="answer"/>, or with an error.</summary>
    /// <param name="request">The request.</param>
    /// <param name="host">The name it was sent to.</param>
    /// <param name="requestId">By which log and answer can be brought together.</param>
    /// <param name="answer">Takes the answer; of no use after an error.</param>
    /// <param name="cancellationToken">Set when the caller has hung up.</param>
    /// <returns>Null when the answer is written.</returns>
    /// <exception cref="OperationCanceledException">The caller has hung up.</exception>
    public async ValueTask<ErrorAnswer?> DispatchAsync(
        ApiRequest request, string host, string requestId, AnswerBuffer answer, CancellationToken cancellationToken)
    {
        long start = _timeProvider.GetTimestamp();
        (Operation? operation, ErrorAnswer? error) = await CallAsync(request, host, requestId, answer, cancellationToken).ConfigureAwait(false);
        _metrics.Call(operation?.Name, error?.Error.Status() ?? StatusCodes.Status200OK, _timeProvider.GetElapsedTime(start));
        return error;
    }

    private async ValueTask<(Operation? Operation, ErrorAnswer? Error)> CallAsync(
        ApiRequest request, string host, string requestId, AnswerBuffer answer, CancellationToken cancellationToken)
    {
        Operation? operation = null;
        try
        {
            if (!_authenticator.TryAuthenticate(request, out Caller? caller, out ApiFailure failure))
                return (operation, Refuse(requestId, failure));
            if (!new RequestTarget(request.Path, request.Query).TrySplitPath(out ImmutableArray<string> path))
                return (operation, new ErrorAnswer(ApiError.InvalidRequest, "The path is not percent-encoded UTF-8 without control characters"));
            if (!_router.TryFind(request.Method, path, out operation))
                return (operation, new ErrorAnswer(ApiError.UnknownOperation, "No operation has this method and path"));
            if (caller.IsReadOnly && !operation.IsReadOnly)
                return (operation, Refuse(requestId, Denied(caller, operation)));
            if (!_rates[operation.Name].TryTake())
                return (operation, new ErrorAnswer(ApiError.Throttling, "Rate exceeded"));
            if (!InputReader.TryRead(operation, path, request.Query, request.Body.Span, out OperationInput? input, out string? mistakes))
                return (operation, new ErrorAnswer(ApiError.InvalidRequest, mistakes));

            await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                answer.Start();
                await _handlers[operation.Name](new OperationCall
                {
                    Operation = operation,
                    Input = input,
                    Caller = caller,
                    Host = host,
                    Answer = answer.Writer,
                    CancellationToken = cancellationToken,
                }).ConfigureAwait(false);
                answer.Finish();
                return (operation, null);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return (operation, Describe(error, operation, requestId));
        }
    }

    public void Dispose() => _turns.Dispose();

    private static ApiFailure Denied(Caller caller, Operation operation) => new(
        operation.Errors.Contains(ApiError.Unauthorized) ? ApiError.Unauthorized : ApiError.AccessDenied,
        $"Access key {caller.AccessKeyId} is read-only: it is not authorized to perform: iot:{operation.Name}");

    private ErrorAnswer Refuse(string requestId, ApiFailure failure)
    {
        if (_logBudget.TryTake(LogSubject.Refusal, out string leftOut))
            _logger.RequestRefused(requestId, failure.Error.Name(), Printable.Escape(failure.Message), leftOut);
        return new ErrorAnswer(failure.Error, failure.Message);
    }

    private ErrorAnswer Describe(Exception error, Operation? operation, string requestId)
    {
        switch (error)
        {
            case ApiException known:
                return new ErrorAnswer(known.Error, known.Message);
            case ControlException refusal:
                return new ErrorAnswer(ApiErrors.Of(refusal.Error), refusal.Message)
                {
                    ResourceId = refusal.ResourceId,
                    ResourceArn = refusal.ResourceArn,
                };
        }

        if (_logBudget.TryTake(LogSubject.Request, out string leftOut))
            _logger.RequestFailed(error, requestId, operation?.Name ?? "no operation", leftOut);
        return error is StoreException && operation is not null && operation.Errors.Contains(ApiError.ServiceUnavailable)
            ? new ErrorAnswer(ApiError.ServiceUnavailable, "The service cannot read or write its data now; try again later")
            : new ErrorAnswer(ApiError.InternalFailure, "An internal failure occurred; the gateway's log has the details");
    }
}
