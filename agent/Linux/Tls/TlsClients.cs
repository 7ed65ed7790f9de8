using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Defender.Agent.Linux.Tls;

/// <summary>Which library a connection gets.</summary>
internal static class TlsClients
{
    /// <summary>
    /// Whether SslStream is part of this executable; the smallest one is published without it (half a megabyte of code that most
    /// systems never run). Default true.
    /// </summary>
    [FeatureSwitchDefinition("Defender.Agent.Linux.SslStream")]
    public static bool HasSslStream { get; } = !AppContext.TryGetSwitch("Defender.Agent.Linux.SslStream", out bool isOn) || isOn;

    /// <summary>Chooses.</summary>
    /// <exception cref="IOException">What was asked for is not there.</exception>
    public static ITlsClient Choose(TlsImplementation wanted, TimeProvider timeProvider)
    {
        if (wanted != TlsImplementation.SslStream && OpenSsl.IsAvailable())
            return new OpenSslClient();
        if (wanted == TlsImplementation.OpenSsl)
            throw new IOException($"{OpenSsl.SslLibrary} of OpenSSL 3 is not on this system: install it, or choose another implementation of TLS");
        if (HasSslStream)
            return new SslStreamClient(timeProvider);
        throw new IOException($"this executable was built without SslStream and needs {OpenSsl.SslLibrary} of OpenSSL 3");
    }
}
