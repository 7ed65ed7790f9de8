using System;

namespace Defender.Hardware.Lights
{
    /// <summary>
    /// Shows a state on a light. A light that fails is counted and tried again, never an error of the caller: nothing is lost
    /// but light. Safe for several threads: one says what to show, another one ticks.
    /// </summary>
    public sealed class StatusLight
    {
        private readonly ILight _light;
        private readonly object _gate = new object();
        private LightState _state;
        private long _sinceMs;
        private bool _isLit;
        private bool _isKnown;
        private int _failures;

        public StatusLight(ILight light)
        {
            _light = light;
        }

        /// <summary>How often the light could not be switched.</summary>
        public int Failures
        {
            get { return _failures; }
        }

        /// <summary>What is shown.</summary>
        public LightState State
        {
            get
            {
                lock (_gate)
                    return _state;
            }
        }

        /// <summary>Shows a state from now on; the same state again does not restart its blink.</summary>
        /// <param name="state">What to show.</param>
        /// <param name="nowMs">Of a clock that never goes back.</param>
        public void Show(LightState state, long nowMs)
        {
            lock (_gate)
            {
                if (state != _state)
                {
                    _state = state;
                    _sinceMs = nowMs;
                }

                Switch(nowMs);
            }
        }

        /// <summary>Goes on with the blink; to be called more often than <see cref="LightPattern.FastMs"/>.</summary>
        /// <param name="nowMs">Of a clock that never goes back.</param>
        public void Tick(long nowMs)
        {
            lock (_gate)
                Switch(nowMs);
        }

        private void Switch(long nowMs)
        {
            bool isOn = LightPattern.IsOn(_state, nowMs - _sinceMs);
            if (_isKnown && isOn == _isLit)
                return;

            try
            {
                _light.Set(isOn);
                _isLit = isOn;
                _isKnown = true;
            }
            catch (Exception)
            {
                _failures++;
                _isKnown = false;
            }
        }
    }
}
