using System.Collections.Generic;

namespace System.Device.Gpio;

/// <summary>The pins of one virtual board. Safe for several threads.</summary>
public sealed class GpioController
{
    // As many as an ESP32 has.
    private const int Pins = 40;

    private readonly Dictionary<int, GpioPin> _open = [];

    /// <summary>What is wired to the pins, for whoever plays the world around the board.</summary>
    internal VirtualPins World { get; } = new();

    /// <exception cref="InvalidOperationException">The pin is open already.</exception>
    /// <exception cref="ArgumentException">There is no such pin.</exception>
    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        if (pinNumber is < 0 or >= Pins)
            throw new ArgumentException($"there is no pin {pinNumber}", nameof(pinNumber));
        lock (_open)
        {
            var pin = new GpioPin(World, pinNumber, mode);
            if (!_open.TryAdd(pinNumber, pin))
                throw new InvalidOperationException($"pin {pinNumber} is open already");
            return pin;
        }
    }
}
