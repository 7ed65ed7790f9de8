using System;
using System.IO;
using Defender.Hardware.RaspberryPi;
using Xunit;

namespace Defender.Hardware.Tests.RaspberryPi;

public sealed class CpuTemperatureTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("defender-thermal-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_zone_of_the_processor_is_read()
    {
        Add("thermal_zone0", "gpu-thermal", "90000\n");
        Add("thermal_zone1", "cpu-thermal", "48312\n");

        CpuTemperature? sensor = CpuTemperature.Find(_root);

        Assert.NotNull(sensor);
        Assert.True(sensor.TryRead(out long value));
        Assert.Equal((48312, 3, "cpu-temperature"), (value, sensor.Decimals, sensor.MetricName));
    }

    [Fact]
    public void A_single_zone_is_taken_whatever_it_is_called()
    {
        Add("thermal_zone0", "soc", "-5000\n");

        Assert.True(CpuTemperature.Find(_root)!.TryRead(out long value));
        Assert.Equal(-5000, value);
    }

    [Fact]
    public void Two_zones_of_unknown_kind_are_not_guessed_at()
    {
        Add("thermal_zone0", "a", "1\n");
        Add("thermal_zone1", "b", "2\n");

        Assert.Null(CpuTemperature.Find(_root));
    }

    [Fact]
    public void Without_a_zone_there_is_no_sensor()
    {
        Assert.Null(CpuTemperature.Find(_root));
        Assert.Null(CpuTemperature.Find(Path.Combine(_root, "absent")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hot\n")]
    [InlineData("200001\n")]
    [InlineData("-60001\n")]
    [InlineData("99999999999999999999\n")]
    [InlineData("48 312\n")]
    public void What_is_no_temperature_is_left_out(string content)
    {
        Add("thermal_zone0", "cpu-thermal", content);

        Assert.False(CpuTemperature.Find(_root)!.TryRead(out _));
    }

    [Fact]
    public void A_zone_that_goes_away_is_left_out()
    {
        Add("thermal_zone0", "cpu-thermal", "48312\n");
        CpuTemperature sensor = CpuTemperature.Find(_root)!;
        Directory.Delete(Path.Combine(_root, "thermal_zone0"), recursive: true);

        Assert.False(sensor.TryRead(out _));
    }

    private void Add(string zone, string type, string temperature)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_root, zone)).FullName;
        File.WriteAllText(Path.Combine(directory, "type"), type + "\n");
        File.WriteAllText(Path.Combine(directory, "temp"), temperature);
    }
}
