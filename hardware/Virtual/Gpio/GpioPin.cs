namespace System.Device.Gpio;

/// <summary>An open pin.</summary>
public sealed class GpioPin
{
    private readonly VirtualPins _pins;

    internal GpioPin(VirtualPins pins, int pinNumber, PinMode mode)
    {
        _pins = pins;
        PinNumber = pinNumber;
        Mode = mode;
    }

    internal int PinNumber { get; }

    internal PinMode Mode { get; }

    /// <summary>What drives it, or else its resistor.</summary>
    public PinValue Read() => _pins.Read(PinNumber, Mode);

    /// <exception cref="InvalidOperationException">The pin is an input.</exception>
    public void Write(PinValue value)
    {
        if (Mode != PinMode.Output)
            throw new InvalidOperationException($"pin {PinNumber} is open as {Mode}, not as Output");
        _pins.Write(PinNumber, value);
    }
}
