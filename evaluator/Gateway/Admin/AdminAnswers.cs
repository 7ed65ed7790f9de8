using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Admin;

/// <summary>
/// What the command line is answered: a JSON object a line for each thing that is listed, then <c>{"end":true}</c>, or
/// <c>{"error":"…"}</c>. A thing that is to be registered is, before that is said. Thread-safe.
/// </summary>
/// <param name="rejects">The rejects of things.</param>
/// <param name="clients">The clients; null where no endpoint tells them.</param>
/// <param name="control">The account; null where there is none to be changed.</param>
internal sealed class AdminAnswers(RejectLog rejects, IClientDirectory? clients = null, ControlPlane? control = null)
{
    public const string Clients = "clients";
    public const string Rejects = "rejects";

    // A page of clients is a few hundred kilobytes; between two the endpoint goes on.
    private const int PageSize = 500;

    /// <summary>How names and values are written, on both sides.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The answer to a request, in parts that are made when they are sent.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> To(ReadOnlyMemory<byte> request)
    {
        AdminRequest? asked = Read(request.Span);
        IEnumerable<IEnumerable<object>>? pages = asked switch
        {
            { List: Clients } when clients is not null => ListClients(asked.Thing),
            { List: Rejects } => [ListRejects(asked.Thing)],
            { List: null, RegisterThing: not null } when control is not null => [],
            _ => null,
        };
        string? error = pages is null
            ? asked?.List == Clients ? "this gateway does not tell its clients" : "the request is not understood"
            : asked!.RegisterThing is { } name ? TryRegister(name) : null;
        if (error is not null)
        {
            yield return Lines([new { error }]);
            yield break;
        }

        foreach (IEnumerable<object> page in pages!)
            yield return Lines(page);
        yield return Lines([new { end = true }]);
    }

    private string? TryRegister(string name)
    {
        try
        {
            Things.Ensure(control!, name);
            return null;
        }
        catch (Exception error) when (error is ControlException or StoreException)
        {
            return error.Message;
        }
    }

    private IEnumerable<IEnumerable<object>> ListClients(string? name)
    {
        if (name is not null)
        {
            yield return clients!.Client(name) is { } client ? [Line(client)] : [];
            yield break;
        }

        IReadOnlyList<ClientView> page;
        for (string? after = null; (page = clients!.Clients(after, PageSize)).Count > 0; after = page[^1].ClientId)
            yield return page.Select(Line);
    }

    private ClientLine Line(ClientView client) => new(client, rejects.Of(client.ThingName ?? client.ClientId));

    private IEnumerable<object> ListRejects(string? name) =>
        from thing in name is null ? rejects.Things() : [name]
        from reject in rejects.Of(thing)
        select new RejectLine(thing, reject);

    private static AdminRequest? Read(ReadOnlySpan<byte> request)
    {
        try
        {
            return JsonSerializer.Deserialize<AdminRequest>(request, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Lines(IEnumerable<object> lines)
    {
        var bytes = new MemoryStream();
        foreach (object line in lines)
        {
            JsonSerializer.Serialize(bytes, line, line.GetType(), Json);
            bytes.WriteByte((byte)'\n');
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}

/// <summary>What the command line asks.</summary>
/// <param name="List">Which list; null for none.</param>
/// <param name="Thing">Of this thing or client only; null for all.</param>
/// <param name="RegisterThing">The thing that is to be in the registry of things; null for none.</param>
internal sealed record AdminRequest(string? List = null, string? Thing = null, string? RegisterThing = null);

/// <summary>A client in a list, with the last rejects of its thing.</summary>
internal sealed record ClientLine(ClientView Client, IReadOnlyList<Reject> Rejects);

/// <summary>A reject in a list.</summary>
internal sealed record RejectLine(string ThingName, Reject Reject);
