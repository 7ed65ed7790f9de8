using System;
using System.Collections.Immutable;

namespace Defender.Gateway.Api.Operations;

/// <summary>One operation of AWS IoT's API 2015-05-28, as its service model declares it.</summary>
internal sealed record Operation
{
    /// <summary>AWS's name, from which the names in the CLI and the SDKs follow.</summary>
    public required string Name { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    public required PathTemplate Path { get; init; }

    /// <summary>Whether it changes nothing, so that a read-only key may call it.</summary>
    public required bool IsReadOnly { get; init; }

    /// <summary>The errors that the model lists, by which clients have typed exceptions.</summary>
    public required ImmutableArray<ApiError> Errors { get; init; }

    /// <summary>The members of the input, in the model's order.</summary>
    public ImmutableArray<InputMember> Members { get; init; } = [];

    public static Operation Get(string name, string path, ReadOnlySpan<ApiError> errors, params ReadOnlySpan<InputMember> members) =>
        Create(name, "GET", path, errors, members) with { IsReadOnly = true };

    public static Operation Post(string name, string path, ReadOnlySpan<ApiError> errors, params ReadOnlySpan<InputMember> members) =>
        Create(name, "POST", path, errors, members);

    public static Operation Put(string name, string path, ReadOnlySpan<ApiError> errors, params ReadOnlySpan<InputMember> members) =>
        Create(name, "PUT", path, errors, members);

    public static Operation Patch(string name, string path, ReadOnlySpan<ApiError> errors, params ReadOnlySpan<InputMember> members) =>
        Create(name, "PATCH", path, errors, members);

    public static Operation Delete(string name, string path, ReadOnlySpan<ApiError> errors, params ReadOnlySpan<InputMember> members) =>
        Create(name, "DELETE", path, errors, members);

    public override string ToString() => Name;

    private static Operation Create(
        string name, string method, string path, ReadOnlySpan<ApiError> errors, ReadOnlySpan<InputMember> members) => new()
    {
        Name = name,
        Method = method,
        Path = new PathTemplate(path),
        IsReadOnly = false,
        Errors = [.. errors],
        Members = [.. members],
    };
}
