using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>What goes into the flash of a device: nothing that the firmware does not reach, and less than 40 KB.</summary>
public sealed class FirmwareImageTests
{
    private const int MaxBytes = 40_000;

    // Of no use to the device, each a method that only says a field: what tests and the other agent read, and how the virtual board ends.
    private static readonly string[] ForOthers =
    [
        "M:Defender.Agent.Core.Answers.Answer.get_Detail",
        "M:Defender.Agent.Core.Answers.Answer.get_ErrorMessage",
        "M:Defender.Agent.Core.Reports.CustomMetrics.get_LeftOut",
        "M:Defender.Agent.Core.Reports.ReportIdKeeper.get_FailedWrites",
        "M:Defender.Agent.Core.Reports.ReportIdKeeper.get_Last",
        "M:Defender.Agent.Core.Sockets.SocketLedger.get_Open",
        "M:Defender.Agent.Core.Things.ThingNameError.get_Position",
        "M:Defender.Agent.Firmware.Delivery.LinkEvents.get_Lost",
        "M:Defender.Agent.Firmware.Delivery.ReportAgent.Stop",
        "M:Defender.Agent.Firmware.FirmwareHost.Stop",
        "M:Defender.Hardware.Boards.Board.get_Name",
        "M:Defender.Hardware.Lights.StatusLight.get_State",
    ];

    private static readonly Lazy<byte[]> Image = new(() => FirmwareImage.Compile(FirmwareImage.ReadSources(out _)).ToArray());

    [Fact]
    public void The_project_leaves_out_only_what_is_there()
    {
        IReadOnlyList<string> sources = FirmwareImage.ReadSources(out IReadOnlyList<string> unusedExclusions);

        Assert.Empty(unusedExclusions);
        Assert.Contains("agent/Firmware/Program.cs", sources);
        Assert.Contains("agent/Core/Reports/ReportWriter.cs", sources);
        Assert.Contains("hardware/Switches/TamperSwitch.cs", sources);
    }

    [Fact]
    public void It_holds_nothing_that_the_firmware_does_not_reach()
    {
        using MemoryStream image = new(Image.Value);

        Assert.Equal(ForOthers, Reachability.Unreached(image).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_not_reached_is_found()
    {
        string[] sources = [.. FirmwareImage.ReadSources(out _), "agent/Core/Counters/InterfaceCounters.cs"];
        using MemoryStream image = FirmwareImage.Compile(sources);

        IEnumerable<string> more = Reachability.Unreached(image).Except(ForOthers);

        Assert.Contains("M:Defender.Agent.Core.Counters.InterfaceCounters.Delta", more);
        Assert.All(more, id => Assert.StartsWith("M:Defender.Agent.Core.Counters.InterfaceCounters.", id, StringComparison.Ordinal));
    }

    [Fact]
    public void It_takes_less_than_40_KB_and_the_table_says_how()
    {
        using MemoryStream image = new(Image.Value);
        IReadOnlyList<(string Table, int Bytes)> tables = FlashSize.Of(image);
        string table = string.Concat(tables.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Bytes,6}  {row.Table}\n")));

        // To record an intended change: DEFENDER_RECORD=1 dotnet test tests/Agent.Core.Tests
        string recorded = Path.Combine(RepositoryFiles.Root, "tests", "golden", "firmware-flash.txt");
        if (Environment.GetEnvironmentVariable("DEFENDER_RECORD") == "1")
            File.WriteAllText(recorded, table);

        Assert.Equal(File.ReadAllText(recorded), table);
        Assert.InRange(tables[^1].Bytes, 20_000, MaxBytes);
    }
}
