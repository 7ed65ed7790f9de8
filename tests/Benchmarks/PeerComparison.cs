using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Defender.Evaluator.Reports;

namespace Defender.Benchmarks;

/// <summary>
/// Reads and judges a report beside json-rules-engine on Node.js, in alternating rounds of one run, and prints medians and
/// their ratio. Needs node and npm.
/// </summary>
internal static class PeerComparison
{
    private const int Rounds = 5;
    private const int Iterations = 200_000;
    private const int PeerIterations = 20_000;

    public static void Run()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Peers");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            Execute("npm", folder, "install", "--no-audit", "--no-fund", "--no-package-lock");
        string report = Path.Combine(folder, "report.json");
        File.WriteAllBytes(report, BenchmarkReport.Json(shortNames: true));

        var ours = new double[Rounds];
        var peers = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            ours[round] = Measure();
            peers[round] = double.Parse(
                Execute("node", folder, "json-rules-engine.mjs", report, PeerIterations.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"read and judge, 10 static behaviors: {Median(ours) / 1000:0.00} us; json-rules-engine: {Median(peers) / 1000:0.00} us; ratio {Median(peers) / Median(ours):0.0}"));
    }

    private static double Measure()
    {
        var work = new ReadAndJudge { Behaviors = 10 };
        work.Setup();
        byte[] json = BenchmarkReport.Json(shortNames: true);
        for (int i = 0; i < Iterations / 4; i++)
            work.Run(json, ReportFormat.Json);
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < Iterations; i++)
            work.Run(json, ReportFormat.Json);
        return TimeProvider.System.GetElapsedTime(start).TotalNanoseconds / Iterations;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static string Execute(string program, string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
