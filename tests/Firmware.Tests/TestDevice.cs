using System;
using System.Collections.Generic;
using System.Device.Gpio;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Agent.Firmware.Configuration;
using Defender.Agent.Firmware.Device;
using Defender.Hardware.Boards;
using Defender.Hardware.Virtual.Nano;
using Xunit;

namespace Defender.Agent.Firmware.Tests;

/// <summary>A device with the firmware on it, stepped by the test: its clock stands still, its network is the loopback.</summary>
internal sealed class TestDevice : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Board _board;

    /// <param name="gatewayPort">Of the gateway; 0 leaves the drive without a configuration.</param>
    public TestDevice(int gatewayPort = 0)
    {
        VirtualDevice.Reset();
        Assert.True(BoardCatalog.TryFind("virtual", out Board? board));
        _board = board;
        ShutCase();
        if (gatewayPort != 0)
            Configure(gatewayPort);
    }

    /// <summary>The internal drive.</summary>
    public string Drive { get; } = Directory.CreateTempSubdirectory("defender-firmware-").FullName;

    public ManualClock Clock { get; } = new();

    public GpioController Pins { get; private set; } = new();

    /// <summary>The firmware; switched on by <see cref="Boot"/>.</summary>
    public FirmwareHost Host { get; private set; } = null!;

    public bool IsLit => Pins.World.Output(_board.LightPin) == PinValue.High;

    /// <summary>Writes defender.json, with a few members more or other.</summary>
    public void Configure(int gatewayPort, params (string Name, object Value)[] others)
    {
        Dictionary<string, object> members = new()
        {
            ["thing"] = "pump-17",
            ["endpoint"] = $"mqtt://127.0.0.1:{gatewayPort}",
            ["board"] = "virtual",
            ["statusPort"] = 0,
        };
        foreach ((string name, object value) in others)
            members[name] = value;
        WriteConfiguration(JsonSerializer.Serialize(members));
    }

    public void WriteConfiguration(string text) => File.WriteAllText(Path.Combine(Drive, ConfigurationReader.FileName), text);

    /// <summary>Switches the device on, or off and on again: what is not on the drive is forgotten.</summary>
    public FirmwareHost Boot()
    {
        Pins = new GpioController();
        ShutCase();
        VirtualDevice.IsTimeSet = VirtualDevice.HasTimeServer;
        Host = new FirmwareHost(Drive + Path.DirectorySeparatorChar, Pins, Clock, new Random(7));
        Host.Panel.Tick();
        return Host;
    }

    public void OpenCase() => Pins.World.Release(_board.TamperPin);

    public void ShutCase() => Pins.World.Ground(_board.TamperPin);

    /// <summary>Lets the board's timer tick, as it does beside the agent.</summary>
    public void TickFor(int milliseconds)
    {
        for (int ms = 0; ms < milliseconds; ms += BoardPanel.TickMs)
        {
            Clock.Advance(BoardPanel.TickMs);
            if (Host.Panel.Tick())
                Host.Agent.ReportTamper();
        }
    }

    /// <summary>Steps the agent until something is so; its clock stands still meanwhile.</summary>
    public async Task StepUntilAsync(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            Host.Agent.Step();
            if (condition())
                return;
            Assert.True(watch.Elapsed < Deadline, $"it did not come to that: {Host.Describe()}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    /// <summary>Steps often enough that whatever is on its way has come.</summary>
    public async Task SettleAsync()
    {
        for (int i = 0; i < 25; i++)
        {
            Host.Agent.Step();
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    /// <summary>Moves the clock in small steps, as the device lives it, for as long as nothing has to be waited for.</summary>
    public void Live(long milliseconds, int stepMs = 1000)
    {
        for (long end = Clock.UptimeMilliseconds + milliseconds; Clock.UptimeMilliseconds < end;)
        {
            Clock.Advance(stepMs);
            Host.Agent.Step();
        }
    }

    public void Dispose()
    {
        Host?.Agent.Stop();
        Host?.Agent.Run();
        VirtualDevice.Reset();
        Directory.Delete(Drive, recursive: true);
    }
}
