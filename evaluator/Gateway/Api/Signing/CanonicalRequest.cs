using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Defender.Gateway.Api.Signing;

/// <summary>The text that stands for a request in its signature: the same for sender and receiver, whatever lies between them.</summary>
internal static class CanonicalRequest
{
    /// <summary>Most parameters of a query. The operation with the most has 10.</summary>
    public const int MaxQueryParameters = 100;

    /// <summary>Writes method, path, query, headers and the hash of the body, one part a line.</summary>
    /// <param name="request">The request.</param>
    /// <param name="signedHeaders">The headers to write, in this order.</param>
    /// <param name="payloadHash">The hash to end with.</param>
    /// <param name="text">The text.</param>
    /// <returns>Whether the query is within <see cref="MaxQueryParameters"/>.</returns>
    public static bool TryBuild(
        in ApiRequest request, ImmutableArray<string> signedHeaders, string payloadHash, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (request.Query.AsSpan().Count('&') >= MaxQueryParameters)
            return false;

        var output = new StringBuilder(1024).Append(request.Method).Append('\n');
        // As sent: dot segments are not resolved, for no name of the API has any.
        UriEncoding.AppendPath(output, request.Path);
        output.Append('\n').AppendJoin('&', Parameters(request.Query)).Append('\n');
        foreach (string name in signedHeaders)
            output.Append(name).Append(':').Append(HeaderValue(request.Headers[name])).Append('\n');
        text = output.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(payloadHash).ToString();
        return true;
    }

    /// <summary>The values of a header, each without white space around it and with single spaces in it, joined by commas.</summary>
    public static string HeaderValue(StringValues values) =>
        string.Join(',', values.Select(value => string.Join(' ', (value ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));

    // By name, then by value, both encoded: "a-=1" comes after "a=2", though '-' is less than '='.
    private static IEnumerable<string> Parameters(string query) => query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(parameter => parameter.Split('=', 2))
        .Select(parts => (Name: UriEncoding.Recode(parts[0]), Value: parts.Length > 1 ? UriEncoding.Recode(parts[1]) : ""))
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
        .ThenBy(parameter => parameter.Value, StringComparer.Ordinal)
        .Select(parameter => $"{parameter.Name}={parameter.Value}");
}
