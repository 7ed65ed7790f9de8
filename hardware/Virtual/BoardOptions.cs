using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;

namespace Defender.Hardware.Virtual;

/// <summary>The command line of the virtual board.</summary>
internal sealed class BoardOptions
{
    public const string Help = """
        Runs the firmware's own sources on this computer, on a board that exists in memory only.

          dotnet run --project hardware/Virtual -- --endpoint mqtt://127.0.0.1:1883 --thing esp32-demo

        What goes into defender.json on the internal drive (without them, what is there is used):
          --endpoint URL       mqtt://HOST:PORT or mqtts://HOST:PORT
          --thing NAME         the name that it reports under
          --interval SECONDS   between reports, 1 to 86400; by default 300
          --status-port PORT   of the device's status page, 0 for none; by default 8080

        What is stored on the device:
          --directory DIR      its internal drive I:, made if absent; by default one for each thing in the data of the user
          --certificate FILE   its certificate, PEM, with --key
          --key FILE           its key, PEM
          --ca FILE            whom it trusts, PEM

        The world around it:
          --press-tamper SECONDS   open the case that many seconds after the start
          in a terminal: t opens and shuts the case, q ends

        """;

    public bool ShowHelp { get; private set; }

    public string? Endpoint { get; private set; }

    public string? Thing { get; private set; }

    public int? IntervalSeconds { get; private set; }

    public int StatusPort { get; private set; } = 8080;

    public string? Directory { get; private set; }

    public string? Certificate { get; private set; }

    public string? Key { get; private set; }

    public string? Ca { get; private set; }

    public TimeSpan? PressTamper { get; private set; }

    /// <summary>Whether the command line says what the configuration is to be.</summary>
    public bool HasConfiguration => Endpoint is not null;

    public static bool TryParse(string[] arguments, [NotNullWhen(true)] out BoardOptions? options, out string error)
    {
        options = null;
        var parsed = new BoardOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (name is "--help" or "-h")
            {
                parsed.ShowHelp = true;
                continue;
            }

            string? value = i + 1 < arguments.Length ? arguments[++i] : null;
            if (!parsed.TrySet(name, value, out error))
                return false;
        }

        if (!parsed.TryCheck(out error))
            return false;
        options = parsed;
        return true;
    }

    private bool TrySet(string name, string? value, out string error)
    {
        error = value is null ? $"{name} needs a value; --help shows all options" : "";
        int number = 0;
        switch (name)
        {
            case "--endpoint": Endpoint = value; break;
            case "--thing": Thing = value; break;
            case "--directory": Directory = value; break;
            case "--certificate": Certificate = value; break;
            case "--key": Key = value; break;
            case "--ca": Ca = value; break;
            case "--interval" when value is null || TryRead(Seconds(value), 1, 86400, out number): IntervalSeconds = number; break;
            case "--status-port" when value is null || TryRead(value, 0, 65535, out number): StatusPort = number; break;
            case "--press-tamper" when value is null || TryRead(Seconds(value), 0, 86400, out number): PressTamper = TimeSpan.FromSeconds(number); break;
            case "--interval" or "--press-tamper": error = $"'{value}' for {name} is no number of seconds"; break;
            case "--status-port": error = $"'{value}' for --status-port is no port"; break;
            default: error = $"{name} is no option; --help shows all"; break;
        }

        return error.Length == 0;
    }

    private bool TryCheck(out string error)
    {
        error = ShowHelp ? ""
            : (Endpoint is null) != (Thing is null) ? "--endpoint and --thing belong together"
            : Endpoint is null && Directory is null ? "give --endpoint and --thing, or --directory with a defender.json; --help shows all options"
            : Endpoint is null && IntervalSeconds is not null ? "--interval goes into defender.json with --endpoint and --thing"
            : (Certificate is null) != (Key is null) ? "--certificate and --key belong together"
            : "";
        return error.Length == 0;
    }

    /// <summary>The internal drive.</summary>
    public string DriveDirectory() =>
        Directory ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "defender-virtual-board", Uri.EscapeDataString(Thing ?? ""));

    // As the other commands write it: 5s.
    private static string Seconds(string text) => text.EndsWith('s') ? text[..^1] : text;

    private static bool TryRead(string text, int min, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;
}
