using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Defender.Benchmarks.Agent;

/// <summary>Sockets in a network namespace of their own, whose table of connections has as many buckets as that of a 1 GiB device.</summary>
internal sealed class SocketWorkload : IDisposable
{
    private const int Buckets = 8192;

    private readonly Process _process;

    /// <param name="program">The compiled workload.c.</param>
    /// <param name="size">Listeners, UDP sockets, connections.</param>
    public SocketWorkload(string program, (int Listeners, int Udp, int Connections) size)
    {
        // The number of buckets is inherited by namespaces made below one that has it.
        string inner = string.Create(
            CultureInfo.InvariantCulture, $"ip link set lo up && exec {program} {size.Listeners} {size.Udp} {size.Connections}");
        string outer = $"sysctl -qw net.ipv4.tcp_child_ehash_entries={Buckets} && exec unshare -n sh -c '{inner}'";
        _process = Process.Start(new ProcessStartInfo("unshare", ["-n", "sh", "-c", outer])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        if (_process.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException("the sockets could not be opened; this needs root and network namespaces");
    }

    /// <summary>Compiles the two C programs.</summary>
    public static (string Workload, string Floor) Compile(string directory)
    {
        foreach (string name in new[] { "workload", "floor" })
            Execute("gcc", ["-O2", "-o", Path.Combine(directory, name), Path.Combine(AppContext.BaseDirectory, "Agent", name + ".c")]);
        return (Path.Combine(directory, "workload"), Path.Combine(directory, "floor"));
    }

    /// <summary>Runs a program among the sockets and returns the numbers that it prints.</summary>
    public double[] Measure(string program, IEnumerable<string> arguments)
    {
        string[] all = ["-t", _process.Id.ToString(CultureInfo.InvariantCulture), "-n", program, .. arguments];
        return Array.ConvertAll(Execute("nsenter", all).Split(' '), text => double.Parse(text, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Execute(string program, string[] arguments)
    {
        // Code as it is after a while, from the first call on.
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
