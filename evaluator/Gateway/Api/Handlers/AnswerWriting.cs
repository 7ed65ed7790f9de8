using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Api.Paging;

namespace Defender.Gateway.Api.Handlers;

/// <summary>What answers have in common.</summary>
internal static class AnswerWriting
{
    /// <summary>A timestamp: epoch seconds with up to three decimals.</summary>
    public static void WriteTimestamp(this Utf8JsonWriter answer, string name, DateTimeOffset time) =>
        answer.WriteNumber(name, time.ToUnixTimeMilliseconds() / 1000m);

    /// <summary>A string that may not be there.</summary>
    public static void WriteOptional(this Utf8JsonWriter answer, string name, string? value)
    {
        if (value is not null)
            answer.WriteString(name, value);
    }

    /// <summary>The members of a map of strings as one object.</summary>
    public static void WriteMap(this Utf8JsonWriter answer, string name, IEnumerable<KeyValuePair<string, string>> map)
    {
        answer.WriteStartObject(name);
        foreach ((string key, string value) in map)
            answer.WriteString(key, value);
        answer.WriteEndObject();
    }

    /// <summary>One page of a list that is sorted by name, and the token for the next one.</summary>
    /// <param name="call">The call; its nextToken tells where the page starts.</param>
    /// <param name="member">The list's name in the answer.</param>
    /// <param name="itemsAfter">The items that follow a name, all of them for null, in ordinal order of their names.</param>
    /// <param name="nameOf">What an item is sorted by.</param>
    /// <param name="write">Writes an item.</param>
    /// <param name="defaultLimit">Items of a page where the request does not say.</param>
    /// <exception cref="ApiException">The token is not one of this list.</exception>
    public static void WritePage<T>(
        this OperationCall call,
        string member,
        Func<string?, IEnumerable<T>> itemsAfter,
        Func<T, string> nameOf,
        Action<Utf8JsonWriter, T> write,
        int defaultLimit = Page.MaxResults)
    {
        string? after = PageToken.Read(call) is { } position
            ? position.Name ?? throw new ApiException(ApiError.InvalidRequest, "Invalid nextToken")
            : null;
        int limit = Page.Limit(call.Input, defaultLimit);
        List<T> items = [.. itemsAfter(after).Take(limit + 1)];
        call.Answer.WriteStartArray(member);
        foreach (T item in items.Take(limit))
            write(call.Answer, item);
        call.Answer.WriteEndArray();
        if (items.Count > limit)
            call.Answer.WriteString("nextToken", PageToken.Write(call, PagePosition.After(nameOf(items[limit - 1]))));
    }

    /// <summary>The tags of a request.</summary>
    public static IReadOnlyCollection<KeyValuePair<string, string>> Tags(this OperationCall call) =>
        [.. call.Input.StructuresOrEmpty("tags").Select(tag => KeyValuePair.Create(tag.String("Key"), tag.StringOrNull("Value") ?? ""))];
}
