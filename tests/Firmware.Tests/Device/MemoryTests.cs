using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Defender.Agent.Core.Tests.Nano;
using Defender.Agent.Firmware.Delivery;
using Defender.Agent.Firmware.Tests.Gateway;
using Defender.Hardware.Virtual.Nano;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Device;

/// <summary>The managed heap of the whole firmware on a device: its running objects, by the sizes that they have there.</summary>
public sealed class MemoryTests : IDisposable
{
    // The agent's own thread, the status page's, and M2Mqtt's four; blocked ones take about 880 bytes each.
    private const int Threads = 6;
    private const int ThreadBytes = 880;

    // A report of the firmware with its own two sockets; one with all rows has 3 KB.
    private const int MaxUsualReport = 1024;

    private const int MaxSteadyBytes = 30 * 1024;

    private readonly FakeGateway _gateway = new();
    private readonly TestDevice _device;

    public MemoryTests() => _device = new TestDevice(_gateway.Port);

    public void Dispose()
    {
        _device.Dispose();
        _gateway.Dispose();
    }

    [Fact]
    public async Task The_steady_firmware_takes_no_more_than_30_KB_and_the_table_says_how()
    {
        // No strength of a network: when the scan ends is not the test's to say.
        VirtualDevice.Networks = [];
        _device.Configure(_gateway.Port, ("statusPort", 80));
        _device.Boot();
        await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
        _gateway.Drop();
        await _device.StepUntilAsync(() => _device.Host.Agent.State == Hardware.Lights.LightState.Offline);

        string table = Table(Rows());

        // To record an intended change: DEFENDER_RECORD=1 dotnet test tests/Firmware.Tests
        string recorded = Path.Combine(RepositoryFiles.Root, "tests", "golden", "firmware-memory.txt");
        if (Environment.GetEnvironmentVariable("DEFENDER_RECORD") == "1")
            File.WriteAllText(recorded, table);

        Assert.Equal(File.ReadAllText(recorded), table);
        Assert.InRange(Rows().Sum(row => row.Bytes), 15_000, MaxSteadyBytes);
        Assert.Contains(table, File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "firmware.md")), StringComparison.Ordinal);
    }

    private List<(string What, int Bytes)> Rows()
    {
        // What is not the firmware's, or not on the device's managed heap, is counted first and left out.
        NanoHeap heap = new();
        heap.Add(_device.Pins);
        heap.Add(_device.Clock);
        ReportAgent agent = _device.Host.Agent;
        object collector = FieldOf(agent, "_collector"), session = FieldOf(agent, "_session");
        heap.Add(FieldOf(agent, "_wake"));
        heap.Add(FieldOf(FieldOf(FieldOf(FieldOf(collector, "_ids"), "_store"), "_storage"), "_root"));
        byte[] document = (byte[])FieldOf(agent.Outbox, "_document");
        heap.Add(document);
        Assert.InRange(document.Length, 500, MaxUsualReport);

        List<(string What, int Bytes)> rows =
        [
            ("socket ledger: 16 sockets", heap.Add(_device.Host.Ledger)),
            ("report: 16 ports each, 16 connections, 15 custom metrics", heap.Add(FieldOf(collector, "_report"))),
            ("its writer and buffer", heap.Add(FieldOf(collector, "_writer")) + heap.Add(FieldOf(collector, "_buffer"))),
            ("outbox: 8 KiB of waiting reports", heap.Add(agent.Outbox)),
            ("report in flight, up to 1 KiB", NanoHeap.SizeOf(new byte[MaxUsualReport])),
            ("answer and its scanner", heap.Add(FieldOf(session, "_answer")) + heap.Add(FieldOf(session, "_scanner"))),
            ("status page: one request", heap.Add(FieldOf(_device.Host, "_page"))),
            ("board: light, switch, sensors", heap.Add(_device.Host.Panel)),
            ("configuration, agent, session, clocks, storage", heap.Add(_device.Host)),
            ($"{Threads} blocked threads of {ThreadBytes} bytes", Threads * ThreadBytes),
        ];
        return rows;
    }

    private static string Table(List<(string What, int Bytes)> rows) => string.Concat(rows.Append(("all", rows.Sum(row => row.Bytes)))
        .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Item2,6}  {row.Item1}\n")));

    private static object FieldOf(object owner, string name) =>
        owner.GetType().GetField(name, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(owner)!;
}
