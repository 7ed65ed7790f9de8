namespace Defender.Hardware.Switches
{
    /// <summary>A contact that is open or closed.</summary>
    public interface IContact
    {
        /// <summary>Reads it as it is now, bounces and all; throws when the hardware does not answer.</summary>
        bool IsOpen();
    }
}
