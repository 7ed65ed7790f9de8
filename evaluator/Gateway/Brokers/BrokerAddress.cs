using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Defender.Gateway.Brokers;

/// <summary>Where an external broker is: <c>mqtt://host[:port]</c>, or <c>mqtts://host[:port]</c> for TLS.</summary>
/// <param name="Host">Name or address, resolved anew for each connection.</param>
/// <param name="Port">1 to 65535. Default 1883, 8883 with TLS (IANA).</param>
/// <param name="UsesTls">Whether the connection is encrypted.</param>
internal sealed record BrokerAddress(string Host, int Port, bool UsesTls)
{
    /// <summary>AWS: the port on which MQTT is told apart by ALPN.</summary>
    public const int AlpnPort = 443;

    /// <summary>Reads an address; users, paths and queries have no place in it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BrokerAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("mqtt" or "mqtts") || uri.Host.Length == 0
            || uri.UserInfo.Length > 0 || uri.AbsolutePath is not ("" or "/") || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.Port == 0)
            return false;
        bool usesTls = uri.Scheme == "mqtts";
        address = new BrokerAddress(uri.IdnHost, uri.Port > 0 ? uri.Port : usesTls ? 8883 : 1883, usesTls);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(UsesTls ? "mqtts" : "mqtt")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
