using System;
using System.Device.Gpio;
using Defender.Hardware.Boards;
using Defender.Hardware.Gpio;
using Defender.Hardware.Lights;
using Defender.Hardware.Sensors;
using Defender.Hardware.Switches;

namespace Defender.Hardware.RaspberryPi.Gpio;

/// <summary>A Raspberry Pi wired as its README shows. Not safe for several threads but for its parts, which say so themselves.</summary>
public sealed class PiBoard : IDisposable
{
    private readonly GpioController _controller = new();

    /// <summary>Opens the pins; throws when one is taken or this is no Raspberry Pi.</summary>
    public PiBoard()
    {
        if (!BoardCatalog.TryFind("raspberry-pi", out Board? board))
            throw new InvalidOperationException("the pin map of the Raspberry Pi is missing");
        Light = new StatusLight(new GpioLight(_controller, board));
        Tamper = new TamperSwitch(GpioContact.OpenTamper(_controller, board));
        Sensors = [new ContactSensor(GpioContact.OpenSensor(_controller, board)), new PackagedCpuTemperature()];
    }

    public StatusLight Light { get; }

    public TamperSwitch Tamper { get; }

    public ISensor[] Sensors { get; }

    public void Dispose() => _controller.Dispose();
}
