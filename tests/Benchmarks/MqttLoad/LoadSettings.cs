using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>What the parts of the benchmark can be told, as <c>name=value</c>; each part has its defaults.</summary>
internal sealed class LoadSettings
{
    private static readonly string[] Known =
    [
        "connections", "seconds", "rounds", "rate", "factor", "window", "probes",
        "ca", "cert", "key", "server-cert", "server-key", "gateway-arguments",
    ];

    private readonly Dictionary<string, string> _values;

    private LoadSettings(Dictionary<string, string> values) => _values = values;

    /// <summary>Client side of mutual TLS: PEM files of the CA, the certificate and its key; null for plain TCP.</summary>
    public (string Ca, string Certificate, string Key)? Tls =>
        _values.TryGetValue("ca", out string? ca) ? (ca, _values["cert"], _values["key"]) : null;

    /// <summary>The server's own certificate and key where there is TLS.</summary>
    public (string Certificate, string Key) ServerTls => (_values["server-cert"], _values["server-key"]);

    /// <summary>Further arguments of <c>defender-gateway run</c>, separated by spaces, as for other limits.</summary>
    public IReadOnlyList<string> GatewayArguments =>
        _values.TryGetValue("gateway-arguments", out string? arguments) ? arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <exception cref="ArgumentException">An argument is not name=value, or the name is not known.</exception>
    public static LoadSettings Parse(IEnumerable<string> arguments)
    {
        var values = new Dictionary<string, string>();
        foreach (string[] pair in arguments.Select(argument => argument.Split('=', 2)))
        {
            if (pair.Length != 2 || !Known.Contains(pair[0]))
                throw new ArgumentException($"'{string.Join('=', pair)}' is not one of {string.Join(", ", Known.Select(name => $"{name}=VALUE"))}");
            values[pair[0]] = pair[1];
        }

        return new LoadSettings(values);
    }

    public int Number(string name, int otherwise)
        => _values.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    public TimeSpan Seconds(int otherwise) => TimeSpan.FromSeconds(Number("seconds", otherwise));
}
