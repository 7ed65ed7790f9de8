namespace System.Device.Gpio;

/// <summary>Names are shared with .NET's package, numbers are not: nobody may store them.</summary>
public enum PinMode
{
    Input,
    InputPullDown,
    InputPullUp,
    Output,
}
