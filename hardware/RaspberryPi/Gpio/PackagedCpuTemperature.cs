using Defender.Hardware.Sensors;
using Iot.Device.CpuTemperature;

namespace Defender.Hardware.RaspberryPi.Gpio;

/// <summary>The temperature of the processor as Iot.Device.Bindings finds it, in degrees Celsius.</summary>
internal sealed class PackagedCpuTemperature : ISensor
{
    private readonly CpuTemperature _temperature = new();

    public string MetricName => "cpu-temperature";

    public int Decimals => 3;

    public bool TryRead(out long value)
    {
        value = 0;
        if (!_temperature.IsAvailable)
            return false;
        value = (long)(_temperature.Temperature.DegreesCelsius * 1000);
        return true;
    }
}
