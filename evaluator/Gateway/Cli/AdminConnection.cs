using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Defender.Gateway.Admin;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary>Asks the gateway that runs on a data directory.</summary>
internal static class AdminConnection
{
    /// <summary>The lines of a list, as they come.</summary>
    /// <param name="dataDirectory">The data directory of the gateway.</param>
    /// <param name="request">What is asked.</param>
    /// <exception cref="StartupException">No gateway answers there, or not to this user, or it refuses.</exception>
    public static IEnumerable<JsonElement> List(string dataDirectory, AdminRequest request)
    {
        using NetworkStream stream = Connect(AdminSocket.PathIn(dataDirectory));
        stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(request, AdminAnswers.Json), (byte)'\n']);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (ReadLine(reader) is { } line)
        {
            JsonElement element = JsonElement.Parse(line);
            if (element.TryGetProperty("end", out _))
                yield break;
            if (element.TryGetProperty("error", out JsonElement error))
                throw new StartupException($"the gateway refuses: {error.GetString()}");
            yield return element;
        }

        throw new StartupException("the gateway broke off; its log says why");
    }

    /// <summary>Has the gateway put a thing into its registry of things, unless it is there.</summary>
    /// <param name="dataDirectory">The data directory of the gateway.</param>
    /// <param name="thingName">The thing.</param>
    /// <exception cref="StartupException">No gateway answers there, or not to this user, or it refuses.</exception>
    public static void Register(string dataDirectory, string thingName)
    {
        foreach (JsonElement _ in List(dataDirectory, new AdminRequest(RegisterThing: thingName)))
        {
            // An earlier gateway would not have understood it; this one has nothing to list.
        }
    }

    private static string? ReadLine(StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static NetworkStream Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new StartupException($"no gateway answers on {path}: {error.Message}; it must run, with the same --data and as the same user");
        }
    }
}
