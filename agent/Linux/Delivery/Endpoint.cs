using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Where the gateway is: <c>mqtt://host[:port]</c>, or <c>mqtts://host[:port]</c> over TLS.</summary>
internal readonly record struct Endpoint(string Host, int Port, bool UsesTls)
{
    public const int DefaultPort = 1883;
    public const int DefaultTlsPort = 8883;

    /// <summary>AWS IoT Core tells MQTT from HTTPS on this port by ALPN (developer guide, "Device communication protocols").</summary>
    public const int AlpnPort = 443;

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    private const string Form = "mqtt://HOST[:PORT] or mqtts://HOST[:PORT]";

    /// <summary>The protocol to ask for in the TLS handshake; null for none.</summary>
    public string? Alpn => UsesTls && Port == AlpnPort ? "x-amzn-mqtt-ca" : null;

    public static bool TryParse(string text, out Endpoint endpoint, [NotNullWhen(false)] out string? error)
    {
        endpoint = default;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 1)
        {
            error = $"'{WithoutCredentials(text)}' is no endpoint; write {Form}";
            return false;
        }

        string scheme = text[..separator].ToLowerInvariant();
        if (scheme is not ("mqtt" or "mqtts"))
        {
            error = $"endpoint scheme '{scheme}' is not supported, only mqtt (plain MQTT over TCP) and mqtts (over TLS)";
            return false;
        }

        if (text.Contains('@', StringComparison.Ordinal))
        {
            error = $"'{WithoutCredentials(text)}' is no endpoint: a user name and a password stand in mqtt.user-name and mqtt.password";
            return false;
        }

        bool usesTls = scheme == "mqtts";
        if (!TrySplit(text.AsSpan(separator + 3), usesTls ? DefaultTlsPort : DefaultPort, out string host, out int port))
        {
            error = $"'{text}' is no endpoint; write {Form}, with a port from 1 to 65535 and nothing else";
            return false;
        }

        endpoint = new Endpoint(host, port, usesTls);
        error = null;
        return true;
    }

    // RFC 3986, section 3.2, without what an endpoint has no use for: System.Uri is a fiftieth of the native build.
    private static bool TrySplit(ReadOnlySpan<char> authority, int defaultPort, out string host, out int port)
    {
        port = defaultPort;
        host = "";
        if (authority.EndsWith("/"))
            authority = authority[..^1];
        int end = authority.StartsWith("[") ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        ReadOnlySpan<char> name = end < 0 ? authority : authority[..end];
        ReadOnlySpan<char> rest = authority[name.Length..];
        if (!rest.IsEmpty && (rest[0] != ':' || rest.Length > 6 || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port)))
            return false;
        if (port is < 1 or > ushort.MaxValue)
            return false;

        if (name.StartsWith("["))
        {
            if (!IPAddress.TryParse(name[1..^1], out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
            host = address.ToString();
            return true;
        }

        // RFC 1035, section 2.3.4: 255 bytes on the wire are 253 letters. The underscore is no name's of the DNS and many a host's.
        if (name.Length is 0 or > 253 || name.ContainsAnyExcept(NameLetters))
            return false;
        host = name.ToString().ToLowerInvariant();
        return true;
    }

    /// <summary>A text that may have been meant for an endpoint, without what stands before an at sign: passwords are shown to nobody.</summary>
    public static string WithoutCredentials(string text)
    {
        int end = text.LastIndexOf('@');
        if (end < 0)
            return text;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        int start = separator >= 0 && separator < end ? separator + 3 : 0;
        return $"{text[..start]}***{text[end..]}";
    }

    public override string ToString()
    {
        string scheme = UsesTls ? "mqtts" : "mqtt";
        return Host.Contains(':') ? $"{scheme}://[{Host}]:{Port}" : $"{scheme}://{Host}:{Port}";
    }
}
