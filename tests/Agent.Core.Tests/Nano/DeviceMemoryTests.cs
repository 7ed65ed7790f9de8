using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Health;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Core.Things;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>The managed heap of the agent on a device, by the sizes that objects have there; measured on the real types.</summary>
public sealed class DeviceMemoryTests
{
    private const int BufferBytes = 4096;
    private const int RingBytes = 4096;
    private const int Rows = 20;
    private const int Sockets = 16;

    // Blocked threads take about 880 bytes each: four of M2Mqtt, the agent's own and the status page's.
    private const int Threads = 6;
    private const int ThreadBytes = 880;

    private const int MaxSteadyBytes = 30 * 1024;
    private const int MaxWritingBytes = 14_000;

    // On the interpreter (32 bits, its own base library, what the firmware takes of Core): 6,460 bytes for a program that does nothing, and
    // at the most 7 calls of some 200 bytes of stack.
    private const int MeasuredRuntimeBytes = 6_460 + (7 * 240);

    public static TheoryData<int, object> Measured() => new()
    {
        { 24, new string('x', 10) },
        { 120, new string('x', 100) },
        { 120, new byte[100] },
        { 228, new char[100] },
        { 420, new int[100] },
        { 1224, new object[100] },
        { 48, new ThreeNumbers() },
    };

    [Theory]
    [MemberData(nameof(Measured))]
    public void The_arithmetic_gives_the_sizes_that_were_measured(int expected, object value) => Assert.Equal(expected, NanoHeap.SizeOf(value));

    [Fact]
    public void An_array_of_objects_counts_each_of_them_once()
    {
        ThreeNumbers[] objects = [.. Enumerable.Range(0, 100).Select(_ => new ThreeNumbers())];

        Assert.Equal(6024, new NanoHeap().Add(objects));
        Assert.Equal(1224 + 48, new NanoHeap().Add(Enumerable.Repeat(objects[0], 100).ToArray()));
    }

    [Fact]
    public void A_steady_agent_takes_no_more_than_30_KB_and_the_table_says_how()
    {
        int total = Hold("nano-memory.txt", [.. SteadyRows(), ($"{Threads} blocked threads of {ThreadBytes} bytes", Threads * ThreadBytes)]);

        Assert.InRange(total, 10_000, MaxSteadyBytes);
    }

    [Fact]
    public void A_report_of_20_rows_each_is_written_with_what_14_KB_of_heap_leave()
    {
        NanoHeap heap = new();
        Report report = ReportOfRows();
        ReportWriter writer = new();
        byte[] buffer = new byte[BufferBytes];

        // Writing allocates nothing (DeviceReportTests), so this is what it works on.
        Assert.True(writer.TryWrite(report, buffer, 0, buffer.Length, out int length));
        Assert.InRange(length, 2205, BufferBytes);
        int total = Hold(
            "nano-report-memory.txt",
            [
                ($"report of {Rows} TCP ports, {Rows} UDP ports and {Rows} connections on one interface", heap.Add(report)),
                ($"buffer of {BufferBytes} bytes", heap.Add(buffer)),
                ("writer, JSON with long names", heap.Add(writer)),
            ]);

        Assert.InRange(total, BufferBytes, MaxWritingBytes - MeasuredRuntimeBytes);
    }

    private static IEnumerable<(string What, int Bytes)> SteadyRows()
    {
        NanoHeap heap = new();
        Report report = FullReport();
        ReportWriter writer = new(ReportFormat.Json, ReportNames.Long);
        byte[] buffer = new byte[BufferBytes];
        Assert.True(writer.TryWrite(report, buffer, 0, buffer.Length, out int length));
        SocketLedger ledger = FullLedger();
        ReportRing ring = new(RingBytes);
        ReportOutbox outbox = new(ring, maxWaiting: 8, ledger);
        Assert.True(outbox.Add(report, buffer, 0, length));
        byte[] inFlight = outbox.Next();
        Assert.True(ThingName.TryParse("esp32-" + new string('x', 20), out ThingName? thing, out _));
        Answer answer = new();
        AnswerScanner scanner = new(ReportFormat.Json);
        byte[] rejected = Encoding.UTF8.GetBytes("""{"status":"REJECTED","statusDetails":{"ErrorCode":"InvalidPayload","ErrorMessage":"Malformed metrics report"}}""");
        Assert.True(scanner.TryScan(rejected, 0, rejected.Length, answer));

        yield return ($"report of {Rows} TCP ports, {Rows} UDP ports, {Rows} connections and 9 custom metrics", heap.Add(report));
        yield return ($"buffer of {BufferBytes} bytes, in which reports are written and answers read", heap.Add(buffer));
        yield return ("writer, JSON with long names", heap.Add(writer));
        yield return ($"ledger of {Sockets} sockets", heap.Add(ledger));
        yield return ($"ring of {RingBytes} bytes for reports that wait", heap.Add(ring));
        yield return ($"report in flight, {length} bytes", heap.Add(inFlight));
        yield return ("outbox", heap.Add(outbox));
        yield return ("thing name and topics", heap.Add(new ReportTopics(thing, ReportFormat.Json)) + heap.Add(thing));
        yield return ("answer and its scanner", heap.Add(answer) + heap.Add(scanner));
        yield return (
            "schedule, back-off and report ids",
            heap.Add(new ReportSchedule(300_000, 0)) + heap.Add(new BackOff(1000, 300_000, new Random())) + heap.Add(new ReportIdKeeper(new NoStore())));
    }

    // The table and its sum, held by the record.
    private static int Hold(string golden, List<(string What, int Bytes)> rows)
    {
        int total = rows.Sum(row => row.Bytes);
        string table = string.Concat(rows.Append(("all", total)).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Item2,6}  {row.Item1}\n")));

        // To record an intended change: DEFENDER_RECORD=1 dotnet test tests/Agent.Core.Tests
        string recorded = Path.Combine(RepositoryFiles.Root, "tests", "golden", golden);
        if (Environment.GetEnvironmentVariable("DEFENDER_RECORD") == "1")
            File.WriteAllText(recorded, table);

        Assert.Equal(File.ReadAllText(recorded), table);
        return total;
    }

    private static Report FullReport()
    {
        Report report = ReportOfRows();
        string[] names =
        [
            HealthMetrics.FreeHeap, HealthMetrics.LargestFreeBlock, HealthMetrics.Uptime, HealthMetrics.BootCount, HealthMetrics.Reconnects,
            HealthMetrics.RejectedReports, HealthMetrics.DroppedReports, HealthMetrics.RefusedSockets, HealthMetrics.Rssi,
        ];
        foreach (string name in names)
            Assert.Equal(CustomMetricError.None, report.CustomMetrics.AddNumber(name, 100_000, 0));
        return report;
    }

    private static Report ReportOfRows()
    {
        Report report = new(Rows, Rows);
        report.Begin(1700000300);
        report.TcpPorts.Begin();
        report.UdpPorts.Begin();
        report.Connections.Begin();
        for (int i = 0; i < Rows; i++)
        {
            report.TcpPorts.Add(60000 + i, "wlan0");
            report.UdpPorts.Add(61000 + i, "wlan0");
            report.Connections.Add([192, 0, 2, 1], 0, 4, 8883, 49152 + i, "wlan0");
        }

        report.NetworkStats.Set(1_000_000_000, 1_000_000_000, NetworkStats.Absent, NetworkStats.Absent);
        return report;
    }

    private static SocketLedger FullLedger()
    {
        SocketLedger ledger = new(Sockets);
        for (int i = 0; i < Sockets; i++)
            ledger.EnterConnection([192, 0, 2, 1], 0, 4, 8883, 49152 + i, "wlan0");
        return ledger;
    }

    private sealed class NoStore : IReportIdStore
    {
        public bool TryRead(out long ceiling)
        {
            ceiling = 0;
            return false;
        }

        public bool TryWrite(long ceiling) => true;
    }

    private sealed class ThreeNumbers
    {
#pragma warning disable CS0169, IDE0051, IDE0044, CA1823 // Only their number matters.
        private int _first;
        private int _second;
        private int _third;
#pragma warning restore CS0169, IDE0051, IDE0044, CA1823
    }
}
