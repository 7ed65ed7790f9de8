using System;
using System.Globalization;
using System.IO;
using System.Threading;

namespace Defender.Hardware.Virtual;

/// <summary>Shows the board: events as lines, and in a terminal the light below them. Safe for several threads.</summary>
internal sealed class Terminal(TextWriter output, bool isRedirected, TimeProvider timeProvider) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _isLit;

    /// <summary>The light as it is now.</summary>
    public void Show(bool isLit)
    {
        lock (_gate)
        {
            _isLit = isLit;
            if (!isRedirected)
                output.Write(Light);
        }
    }

    /// <summary>Something happened.</summary>
    public void WriteLine(string text)
    {
        lock (_gate)
        {
            string time = timeProvider.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            output.WriteLine(isRedirected ? $"{time} {text}" : $"\r\e[K{time} {text}");
            if (!isRedirected)
                output.Write(Light);
            output.Flush();
        }
    }

    public void Dispose()
    {
        if (!isRedirected)
            output.WriteLine("\r\e[K");
    }

    // Yellow when lit.
    private string Light => _isLit ? "\r\e[33m(*)\e[0m light " : "\r( ) light ";
}
