using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>A call that reads: of an operation, with some of its filters.</summary>
internal sealed record ReadCall(string Operation, string Path, params (string Name, string Value)[] Query)
{
    // What makes a page large, and what every call of an operation has, tells no call from another.
    private static readonly string[] Untold = ["maxResults", "startTime", "endTime", "nextToken"];

    /// <summary>Sent with POST where there is one.</summary>
    public string Body { get; init; } = "";

    /// <summary>How far into the list it goes.</summary>
    public int PagesBefore { get; private init; }

    public string Filters => string.Join(", ", Query.Where(pair => !Untold.Contains(pair.Name)).Select(pair => $"{pair.Name}={Shorten(pair.Value)}"));

    public bool IsPaged => Query.Any(pair => pair.Name == "maxResults");

    public Task<ReadOnlyMemory<byte>> SendAsync(SignedClient client) => client.CallAsync(Body.Length == 0 ? "GET" : "POST", Path, Query, Body);

    /// <summary>The call of the last page, or of one far into the list; null where there is one page.</summary>
    public async Task<ReadCall?> DeepAsync(SignedClient client, int maxPages)
    {
        ReadCall? deepest = null;
        for (string? token = NextToken(await SendAsync(client)); token is not null && (deepest?.PagesBefore ?? 0) < maxPages;)
        {
            deepest = this with { Query = [.. Query, ("nextToken", token)], PagesBefore = (deepest?.PagesBefore ?? 0) + 1 };
            token = NextToken(await deepest.SendAsync(client));
        }

        return deepest;
    }

    private static string? NextToken(ReadOnlyMemory<byte> answer)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        return document.RootElement.TryGetProperty("nextToken", out JsonElement token) ? token.GetString() : null;
    }

    private static string Shorten(string value) => value[(value.LastIndexOf('/') + 1)..];
}
