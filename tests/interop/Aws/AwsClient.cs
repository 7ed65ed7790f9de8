using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Aws;

/// <summary>A real client of AWS IoT, pointed at a gateway.</summary>
internal abstract class AwsClient : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _called = [];

    /// <summary>The operations that were called.</summary>
    public IReadOnlySet<string> Called => _called;

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">As in the model, like <c>CreateThing</c>.</param>
    /// <param name="parameters">Its members; times as ISO 8601.</param>
    /// <exception cref="AwsError">The operation ended with an error.</exception>
    public Task<JsonObject> CallAsync(string operation, object? parameters = null)
    {
        _called.Add(operation);
        return SendAsync(operation, JsonSerializer.SerializeToNode(parameters ?? new { })!.AsObject());
    }

    /// <summary>Calls an operation that has to end with an error.</summary>
    public async Task<AwsError> FailAsync(string error, string operation, object? parameters = null)
    {
        AwsError thrown = await Assert.ThrowsAsync<AwsError>(() => CallAsync(operation, parameters));
        Assert.True(thrown.Name == error, $"{operation} ended with {thrown.Message}, not with {error}");
        return thrown;
    }

    /// <summary>Calls an operation until its answer is as it has to be.</summary>
    public async Task<JsonObject> UntilAsync(Func<JsonObject, bool> isThere, string operation, object? parameters = null)
    {
        JsonObject answer = [];
        long start = TimeProvider.System.GetTimestamp();
        for (; TimeProvider.System.GetElapsedTime(start) < ChildProcess.Deadline; await Task.Delay(Pause, TimeProvider.System))
        {
            answer = await CallAsync(operation, parameters);
            if (isThere(answer))
                return answer;
        }

        throw new TimeoutException($"{operation} answered until the end: {answer.ToJsonString()}");
    }

    public abstract ValueTask DisposeAsync();

    protected abstract Task<JsonObject> SendAsync(string operation, JsonObject parameters);
}
