using System.Text.Json;
using System.Threading;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;

namespace Defender.Gateway.Api;

/// <summary>One call of an operation, checked against its model, and where its answer goes.</summary>
internal sealed class OperationCall
{
    public required Operation Operation { get; init; }

    /// <summary>The members of the request, each of the type and within the limits that the model gives.</summary>
    public required OperationInput Input { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>The name in the header <c>Host</c>, without a port: under which name the caller reaches this gateway.</summary>
    public required string Host { get; init; }

    /// <summary>
    /// Takes the members of the answer: its root object is open, and closed by the endpoint. Nothing is sent before the
    /// handler has returned, so a handler may throw at any time.
    /// </summary>
    public required Utf8JsonWriter Answer { get; init; }

    /// <summary>Set when the caller has hung up.</summary>
    public required CancellationToken CancellationToken { get; init; }
}
