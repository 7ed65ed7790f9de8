using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>
/// The gateway's MQTT endpoint beside Debian's mosquitto, each in a process of its own, in alternating rounds of one run. Prints
/// tables; asserts nothing, since times depend on the machine. Trust the ratios: this program takes of the same processors.
/// </summary>
internal static class MqttBenchmark
{
    private static readonly (string Name, Func<LoadSettings, Task> RunAsync)[] Parts =
    [
        ("saturation", Throughput.MeasureSaturationAsync),
        ("design", Throughput.MeasureDesignRateAsync),
        ("idle", ConnectionCost.MeasureIdleAsync),
        ("connect", ConnectionCost.MeasureConnectAsync),
        ("overload", Overload.MeasureAsync),
        ("alarm", AlarmLatency.MeasureAsync),
    ];

    /// <param name="arguments">Which parts to run, all where none is named; then what they are told, see <see cref="LoadSettings"/>.</param>
    /// <exception cref="ArgumentException">An argument is neither.</exception>
    public static async Task RunAsync(IReadOnlyCollection<string> arguments)
    {
        string[] named = [.. arguments.Where(argument => !argument.Contains('=', StringComparison.Ordinal))];
        if (named.Except(Parts.Select(part => part.Name)).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"'{unknown}' is none of {string.Join(", ", Parts.Select(part => part.Name))}");
        var settings = LoadSettings.Parse(arguments.Except(named));
        foreach ((string name, Func<LoadSettings, Task> runAsync) in Parts)
        {
            if (named.Length == 0 || named.Contains(name))
                await runAsync(settings);
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    public static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
