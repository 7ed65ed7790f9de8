namespace Defender.Hardware.Lights
{
    /// <summary>A light that is on or off: a pin, a LED of the kernel, a character in a terminal.</summary>
    public interface ILight
    {
        /// <summary>Switches the light; throws when the hardware does not answer.</summary>
        void Set(bool isOn);
    }
}
