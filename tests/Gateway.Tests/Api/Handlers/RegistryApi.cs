using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Handlers;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Xunit;

namespace Defender.Gateway.Tests.Api.Handlers;

/// <summary>The operations of the registry, called without HTTP: members go through the model, refusals come as they are thrown.</summary>
internal sealed class RegistryApi
{
    private static readonly Operation[] Operations =
        [.. ThingOperations.All, .. ThingGroupOperations.All, .. ThingTypeOperations.All, .. TagOperations.All, .. EndpointOperations.All];

    private readonly FrozenDictionary<string, OperationHandler> _handlers;

    public RegistryApi(ControlPlane control, Arns arns, string? endpointAddress = null)
    {
        var handlers = new OperationHandlers();
        new ThingHandlers(control, arns).AddTo(handlers);
        new ThingGroupHandlers(control, arns).AddTo(handlers);
        new ThingTypeHandlers(control, arns).AddTo(handlers);
        new TagHandlers(control).AddTo(handlers);
        new EndpointHandlers(new GatewayOptions { DataDirectory = "unused", EndpointAddress = endpointAddress }).AddTo(handlers);
        _handlers = handlers.Complete(Operations);
    }

    /// <summary>One operation of another part of the API.</summary>
    public RegistryApi(OperationHandlers handlers, Operation operation) => _handlers = handlers.Complete([operation]);

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="members">An object with the input's members, wherever in the request they stand.</param>
    /// <exception cref="ControlException">The domain refuses.</exception>
    /// <exception cref="ApiException">The handler refuses.</exception>
    public JsonElement Call(Operation operation, object? members = null)
    {
        JsonElement given = JsonSerializer.SerializeToElement(members ?? new { });
        Assert.Empty(given.EnumerateObject().Select(member => member.Name).Except(operation.Members.Select(member => member.Name)));
        string query = string.Join('&', Of(Place.Query).Select(member => $"{member.Key}={Uri.EscapeDataString(Text(member.Value))}"));
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(Of(Place.Body));
        string[] path = [.. operation.Path.ToString()[1..].Split('/')
            .Select(segment => segment.StartsWith('{') ? Text(given.GetProperty(segment[1..^1])) : segment)];
        Assert.True(InputReader.TryRead(operation, [.. path], query, body, out OperationInput? input, out string? error), error);

        using var answer = new AnswerBuffer();
        answer.Start();
        var call = new OperationCall
        {
            Operation = operation,
            Input = input,
            Caller = new Caller("key", IsReadOnly: false),
            Host = "gateway.test",
            Answer = answer.Writer,
            CancellationToken = CancellationToken.None,
        };
        Assert.True(_handlers[operation.Name](call).AsTask().IsCompletedSuccessfully);
        answer.Finish();
        return JsonElement.Parse(answer.Written.Span);

        Dictionary<string, JsonElement> Of(Place place) => operation.Members
            .Where(member => member.Place == place && given.TryGetProperty(member.Name, out _))
            .ToDictionary(member => member.Name, member => given.GetProperty(member.Name));
    }

    /// <summary>Reads a list to its end.</summary>
    /// <param name="operation">The list operation.</param>
    /// <param name="members">Its input without nextToken and maxResults.</param>
    /// <param name="list">The list's name in the answers.</param>
    /// <param name="pageSizes">The maxResults of the pages, in turn; 0 for none.</param>
    /// <returns>The pages; all but the last one are full.</returns>
    public List<JsonElement[]> Pages(Operation operation, Dictionary<string, object?> members, string list, params int[] pageSizes)
    {
        List<JsonElement[]> pages = [];
        string? token = null;
        do
        {
            int size = pageSizes[pages.Count % pageSizes.Length];
            var request = new Dictionary<string, object?>(members);
            if (size > 0)
                request["maxResults"] = size;
            if (token is not null)
                request["nextToken"] = token;
            JsonElement answer = Call(operation, request);
            JsonElement[] page = [.. answer.GetProperty(list).EnumerateArray()];
            pages.Add(page);
            string? next = answer.TryGetProperty("nextToken", out JsonElement given) ? given.GetString() : null;
            Assert.True(next is null ? page.Length <= (size > 0 ? size : 250) : page.Length == (size > 0 ? size : 250));
            Assert.True(next is null || next != token, "the same token twice");
            token = next;
        }
        while (token is not null);
        return pages;
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
