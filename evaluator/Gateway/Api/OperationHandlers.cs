using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Api.Operations;

namespace Defender.Gateway.Api;

/// <summary>Which code answers which operation. Filled while the host is built, by one thread.</summary>
internal sealed class OperationHandlers
{
    private readonly Dictionary<string, OperationHandler> _handlers = [];

    /// <summary>Binds a handler to an operation.</summary>
    /// <exception cref="ArgumentException">The operation has a handler already.</exception>
    public OperationHandlers Add(Operation operation, OperationHandler handler)
    {
        _handlers.Add(operation.Name, handler);
        return this;
    }

    /// <summary>The handlers by operation name.</summary>
    /// <param name="operations">The operations that must have one, and no others may.</param>
    /// <exception cref="InvalidOperationException">An operation has none, or a handler has no operation; the message tells.</exception>
    public FrozenDictionary<string, OperationHandler> Complete(IReadOnlyList<Operation> operations)
    {
        string[] names = [.. operations.Select(operation => operation.Name)];
        string[] wrong = [.. names.Except(_handlers.Keys), .. _handlers.Keys.Except(names)];
        return wrong.Length == 0
            ? _handlers.ToFrozenDictionary()
            : throw new InvalidOperationException(
                $"operations without a handler, or handlers without an operation: {string.Join(", ", wrong)}");
    }
}
