using System;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Where the gateway is: <c>mqtt://host[:port]</c>, or <c>mqtts://host[:port]</c> over TLS.</summary>
internal readonly record struct Endpoint(string Host, int Port, bool UsesTls)
{
    public const int DefaultPort = 1883;
    public const int DefaultTlsPort = 8883;

    /// <summary>AWS IoT Core tells MQTT from HTTPS on this port by ALPN (developer guide, "Device communication protocols").</summary>
    public const int AlpnPort = 443;

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

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0 || uri.Port == 0
            || uri.UserInfo.Length > 0 || uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0)
        {
            error = $"'{text}' is no endpoint; write {Form}, with a port from 1 to 65535 and nothing else";
            return false;
        }

        bool usesTls = scheme == "mqtts";
        endpoint = new Endpoint(uri.DnsSafeHost, uri.Port < 0 ? (usesTls ? DefaultTlsPort : DefaultPort) : uri.Port, usesTls);
        error = null;
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
