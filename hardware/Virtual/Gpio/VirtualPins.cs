using System.Collections.Generic;

namespace System.Device.Gpio;

/// <summary>The wires of a virtual board: who drives which pin to which level. Safe for several threads.</summary>
internal sealed class VirtualPins
{
    private readonly Dictionary<int, PinValue> _driven = [];
    private readonly Dictionary<int, PinValue> _written = [];
    private readonly HashSet<int> _broken = [];

    /// <summary>Raised when the board changes the level of an output.</summary>
    public event Action<int, PinValue>? Written;

    /// <summary>Closes the contact between a pin and ground.</summary>
    public void Ground(int pin)
    {
        lock (_driven)
            _driven[pin] = PinValue.Low;
    }

    /// <summary>Opens it: the pin is left to its resistor.</summary>
    public void Release(int pin)
    {
        lock (_driven)
            _driven.Remove(pin);
    }

    /// <summary>From now on every access to the pin fails.</summary>
    public void Break(int pin)
    {
        lock (_driven)
            _broken.Add(pin);
    }

    /// <summary>The level that the board writes.</summary>
    public PinValue Output(int pin)
    {
        lock (_driven)
            return _written.GetValueOrDefault(pin);
    }

    internal PinValue Read(int pin, PinMode mode)
    {
        lock (_driven)
        {
            Check(pin);
            if (mode == PinMode.Output)
                return _written.GetValueOrDefault(pin);
            return _driven.TryGetValue(pin, out PinValue level) ? level
                : mode == PinMode.InputPullDown ? PinValue.Low
                : PinValue.High;
        }
    }

    internal void Write(int pin, PinValue value)
    {
        lock (_driven)
        {
            Check(pin);
            if (_written.TryGetValue(pin, out PinValue before) && before == value)
                return;
            _written[pin] = value;
        }

        Written?.Invoke(pin, value);
    }

    private void Check(int pin)
    {
        if (_broken.Contains(pin))
            throw new InvalidOperationException($"pin {pin} does not answer");
    }
}
