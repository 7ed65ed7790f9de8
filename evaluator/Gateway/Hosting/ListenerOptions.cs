using System.Collections.Generic;
using System.Net;

namespace Defender.Gateway.Hosting;

/// <summary>Where devices are listened to beside plain MQTT on loopback, and who may come.</summary>
internal sealed record ListenerOptions
{
    /// <summary>IANA: secure-mqtt.</summary>
    public const int UsualMqttsPort = 8883;

    /// <summary>MQTT over TLS: 0 (any free port) to 65535; null for none.</summary>
    public int? MqttsPort { get; init; }

    /// <summary>MQTT over WebSocket over TLS: 0 (any free port) to 65535; null for none.</summary>
    public int? WssPort { get; init; }

    /// <summary>MQTT over WebSocket on loopback: 0 (any free port) to 65535; null for none.</summary>
    public int? WsPort { get; init; }

    /// <summary>What the listeners with TLS bind to; null for loopback, <see cref="IPAddress.IPv6Any"/> for all addresses.</summary>
    public IPAddress? TlsAddress { get; init; }

    /// <summary>What plain MQTT binds to; null for loopback. On other addresses anybody can read along.</summary>
    public IPAddress? PlainAddress { get; init; }

    /// <summary>Certificate chain in PEM, the server's first; null for one that the gateway makes.</summary>
    public string? TlsCertificateFile { get; init; }

    /// <summary>The key of <see cref="TlsCertificateFile"/> in PEM.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>Further host names and addresses in the certificate that the gateway makes.</summary>
    public IReadOnlyList<string> TlsNames { get; init; } = [];

    /// <summary>Whether clients without a certificate may come over TLS with a user name and password.</summary>
    public bool AllowPasswords { get; init; }

    /// <summary>Whether clients on loopback without TLS may come without saying who they are.</summary>
    public bool AllowAnonymous { get; init; } = true;

    /// <summary>Whether certificates that registered CAs vouch for are registered at their first connection (DEV-10).</summary>
    public bool JustInTimeRegistration { get; init; }

    /// <summary>Origins of web pages that may open WebSockets, as browsers send them.</summary>
    public IReadOnlyList<string> WebSocketOrigins { get; init; } = [];

    /// <summary>Whether anything listens with TLS.</summary>
    public bool UsesTls => MqttsPort is not null || WssPort is not null;

    /// <summary>Whether anything listens for WebSockets.</summary>
    public bool UsesWebSockets => WssPort is not null || WsPort is not null;
}
