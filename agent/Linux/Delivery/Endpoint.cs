using System;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Where the gateway is: <c>mqtt://host[:port]</c>.</summary>
internal readonly record struct Endpoint(string Host, int Port)
{
    public const int DefaultPort = 1883;

    private const string Scheme = "mqtt";

    public static bool TryParse(string text, out Endpoint endpoint, [NotNullWhen(false)] out string? error)
    {
        endpoint = default;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 1)
        {
            error = $"'{text}' is no endpoint; write mqtt://HOST or mqtt://HOST:PORT";
            return false;
        }

        string scheme = text[..separator].ToLowerInvariant();
        if (scheme != Scheme)
        {
            error = $"endpoint scheme '{scheme}' is not supported, only mqtt (plain MQTT over TCP)";
            return false;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0 || uri.Port == 0
            || uri.UserInfo.Length > 0 || uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0)
        {
            error = $"'{text}' is no endpoint; write mqtt://HOST or mqtt://HOST:PORT, with a port from 1 to 65535 and nothing else";
            return false;
        }

        endpoint = new Endpoint(uri.DnsSafeHost, uri.Port < 0 ? DefaultPort : uri.Port);
        error = null;
        return true;
    }

    public override string ToString() => Host.Contains(':') ? $"{Scheme}://[{Host}]:{Port}" : $"{Scheme}://{Host}:{Port}";
}
