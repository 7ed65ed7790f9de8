using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Defender.Gateway.Api.Input;

/// <summary>
/// The checked members of a request, or of a structure inside one. Null and not given are the same. A getter of another
/// type than the model's, or of a required member that the model does not require, is a bug of the caller and throws.
/// </summary>
internal sealed class OperationInput
{
    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}");

    private readonly IReadOnlyDictionary<string, object> _members;

    /// <param name="members">The members that are given, as their shapes read them.</param>
    /// <param name="body">The JSON object; null when there was none.</param>
    public OperationInput(IReadOnlyDictionary<string, object> members, JsonElement? body)
    {
        _members = members;
        Body = body ?? EmptyObject;
    }

    /// <summary>The whole JSON object as it was sent; an empty one when the request had no body. May be kept.</summary>
    public JsonElement Body { get; }

    /// <summary>Whether the member is given.</summary>
    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>The member as its shape read it; null when it is not given.</summary>
    public object? Value(string name) => _members.GetValueOrDefault(name);

    /// <summary>The member of the body as it was sent; null when it is not given.</summary>
    public JsonElement? Element(string name) =>
        Body.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string String(string name) => StringOrNull(name) ?? throw Missing(name);

    public string? StringOrNull(string name) => (string?)Value(name);

    public int? Int32OrNull(string name) => (int?)Int64OrNull(name);

    public long? Int64OrNull(string name) => (long?)Value(name);

    public bool Boolean(string name, bool defaultValue) => (bool?)Value(name) ?? defaultValue;

    public DateTimeOffset Timestamp(string name) => TimestampOrNull(name) ?? throw Missing(name);

    /// <summary>UTC, with whatever fraction was sent, down to 100 ns.</summary>
    public DateTimeOffset? TimestampOrNull(string name) => (DateTimeOffset?)Value(name);

    /// <summary>A list of strings; empty when it is not given, which <see cref="Has"/> tells apart from an empty list.</summary>
    public IReadOnlyList<string> StringsOrEmpty(string name) => (IReadOnlyList<string>?)Value(name) ?? [];

    /// <summary>A structure; null when it is not given.</summary>
    public OperationInput? StructureOrNull(string name) => (OperationInput?)Value(name);

    /// <summary>A list of structures; empty when it is not given.</summary>
    public IReadOnlyList<OperationInput> StructuresOrEmpty(string name) => (IReadOnlyList<OperationInput>?)Value(name) ?? [];

    /// <summary>A map of strings, in the order of the request; null when it is not given.</summary>
    public IReadOnlyDictionary<string, string>? StringMapOrNull(string name) => (IReadOnlyDictionary<string, string>?)Value(name);


    private static InvalidOperationException Missing(string name) => new($"{name} is not given, and the model does not require it");
}
