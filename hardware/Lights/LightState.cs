namespace Defender.Hardware.Lights
{
    /// <summary>What the status light tells.</summary>
    public enum LightState
    {
        /// <summary>Dark: the agent does not run.</summary>
        Off,

        /// <summary>Steady: connected and watched, no alarm.</summary>
        Armed,

        /// <summary>Slow blink: the gateway does not hear this device.</summary>
        Offline,

        /// <summary>Fast blink: the gateway says that this thing is in alarm.</summary>
        Alarm,
    }
}
