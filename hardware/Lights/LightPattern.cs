namespace Defender.Hardware.Lights
{
    /// <summary>When a state's light is on. Both blinks are well below the 3 Hz to 30 Hz that can trigger seizures or look steady.</summary>
    public static class LightPattern
    {
        /// <summary>On and off time of the slow blink, in milliseconds: one blink in 2 s.</summary>
        public const int SlowMs = 1000;

        /// <summary>On and off time of the fast blink, in milliseconds: two blinks in a second.</summary>
        public const int FastMs = 250;

        /// <param name="state">What is shown.</param>
        /// <param name="elapsedMs">Since the state began, 0 or more; a blink begins lit.</param>
        public static bool IsOn(LightState state, long elapsedMs)
        {
            return state switch
            {
                LightState.Armed => true,
                LightState.Offline => elapsedMs / SlowMs % 2 == 0,
                LightState.Alarm => elapsedMs / FastMs % 2 == 0,
                _ => false,
            };
        }
    }
}
