using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Logging;

namespace Defender.Benchmarks.Agent;

/// <summary>Collects and writes reports in a process of its own, inside the workload's namespace, and prints what one costs.</summary>
internal static partial class AgentWorker
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID
    private const int WarmReports = 30;

    /// <param name="arguments">Kernel path, reports, connections listed at most, encoding.</param>
    public static void Run(IReadOnlyList<string> arguments)
    {
        int reports = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        CollectorOptions options = new()
        {
            KernelPath = Enum.Parse<KernelPath>(arguments[0], ignoreCase: true),
            Caps = new ReportCaps(500, int.Parse(arguments[2], CultureInfo.InvariantCulture)),
        };
        var log = new Log(TextWriter.Null, TimeProvider.System);
        var collector = ReportCollector.ForThisMachine(options, TimeProvider.System, log);
        var writer = new ReportWriter(Enum.Parse<ReportFormat>(arguments[3], ignoreCase: true), ReportNames.Long);
        byte[] payload = new byte[Report.MaxBytes];
        int length = 0;
        for (int i = 0; i < WarmReports; i++)
            length = Collect(collector, writer, payload);

        _ = ThreadMilliseconds(); // The first call makes garbage of its own.
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double start = ThreadMilliseconds();
        for (int i = 0; i < reports; i++)
            length = Collect(collector, writer, payload);
        double spent = ThreadMilliseconds() - start;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{spent / reports:0.0000} {collector.Report.Connections.Total} {length} {allocated / reports}"));
    }

    private static int Collect(ReportCollector collector, ReportWriter writer, byte[] payload)
    {
        collector.Collect(1);
        if (!writer.TryWriteTrimmed(collector.Report, payload, 0, payload.Length, out int length))
            throw new InvalidOperationException("a report does not fit");
        collector.Acknowledge();
        return length;
    }

    private static double ThreadMilliseconds()
    {
        Span<long> time = stackalloc long[2];
        _ = GetTime(ThreadClock, time);
        return (time[0] * 1e3) + (time[1] / 1e6);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, Span<long> time);
}
