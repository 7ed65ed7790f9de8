using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Defender.Gateway.Api.Operations;

namespace Defender.Gateway.Api.Routing;

/// <summary>Finds the operation of a method and a path. Immutable.</summary>
internal sealed class OperationRouter
{
    private readonly FrozenDictionary<(string Method, int Length), Operation[]> _operations;

    public OperationRouter(IEnumerable<Operation> operations) => _operations = operations
        .GroupBy(operation => (operation.Method, operation.Path.Length))
        .ToFrozenDictionary(
            group => group.Key, group => group.OrderBy(operation => operation.Path.Precedence, StringComparer.Ordinal).ToArray());

    /// <summary>The operation; of a literal and a parameter at one place, the literal wins.</summary>
    public bool TryFind(string method, ImmutableArray<string> path, [NotNullWhen(true)] out Operation? operation)
    {
        operation = _operations.TryGetValue((method, path.Length), out Operation[]? candidates)
            ? Array.Find(candidates, candidate => candidate.Path.Matches(path))
            : null;
        return operation is not null;
    }
}
