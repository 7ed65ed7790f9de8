using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Shapes;

namespace Defender.Gateway.Api.Input;

/// <summary>
/// Puts the members of an operation together from path, query string and body, and checks them against the model.
/// What the operation does not have is ignored. Nothing here throws on a request.
/// </summary>
internal static class InputReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="operation">The operation that method and path belong to.</param>
    /// <param name="path">The decoded segments of a path that matches it.</param>
    /// <param name="query">The query string, still encoded.</param>
    /// <param name="body">The body.</param>
    /// <param name="input">The members, when there is no mistake.</param>
    /// <param name="error">All mistakes as one message.</param>
    public static bool TryRead(
        Operation operation,
        ImmutableArray<string> path,
        string query,
        ReadOnlySpan<byte> body,
        [NotNullWhen(true)] out OperationInput? input,
        [NotNullWhen(false)] out string? error)
    {
        input = null;
        if (!QueryText.TryParse(query, out Dictionary<string, List<string>>? parameters))
        {
            error = "The query string is not percent-encoded UTF-8";
            return false;
        }

        if (!JsonBody.TryParse(body, out JsonElement? root, out error))
            return false;

        var errors = new ShapeErrors();
        var members = new Dictionary<string, object>(operation.Members.Length);
        foreach (InputMember member in operation.Members)
        {
            bool isGiven = member.Place switch
            {
                Place.Path => Take(members, member, member.Shape.Read(operation.Path.Value(member.Name, path), member.Name, errors)),
                Place.Query => parameters.TryGetValue(member.Name, out List<string>? values)
                    && Take(members, member, member.Shape.Read(values, member.Name, errors)),
                _ => root is { } document
                    && document.TryGetProperty(member.Name, out JsonElement value)
                    && value.ValueKind != JsonValueKind.Null
                    && Take(members, member, member.Shape.Read(value, member.Name, errors)),
            };
            if (!isGiven && member.IsRequired)
                errors.AddMissing(member.Name);
        }

        if (errors.Count > 0)
        {
            error = errors.Message;
            return false;
        }

        input = new OperationInput(members, root);
        return true;
    }

    // A value with a mistake is given all the same: its mistake is noted already.
    private static bool Take(Dictionary<string, object> members, InputMember member, object? value)
    {
        if (value is not null)
            members.Add(member.Name, value);
        return true;
    }
}
