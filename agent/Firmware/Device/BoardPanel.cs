using System;
using System.Device.Gpio;
using System.Threading;
using Defender.Agent.Core.Scheduling;
using Defender.Hardware.Boards;
using Defender.Hardware.Gpio;
using Defender.Hardware.Lights;
using Defender.Hardware.Sensors;
using Defender.Hardware.Switches;

namespace Defender.Agent.Firmware.Device
{
    /// <summary>
    /// Light, tamper switch and sensors of the board, as far as their pins can be opened, and the timer that drives them: they go on
    /// while the agent waits for the network. Fields, because a property is a method more in the flash.
    /// </summary>
    internal sealed class BoardPanel
    {
        /// <summary>Between two looks at the switch, in milliseconds: half of what a change has to last.</summary>
        public const int TickMs = 50;

        /// <summary>Null where its pin cannot be opened.</summary>
        public readonly StatusLight? Light;

        /// <summary>Null where its pin cannot be opened.</summary>
        public readonly TamperSwitch? Tamper;

        public readonly ISensor[] Sensors;

        /// <summary>Pins that could not be opened.</summary>
        public readonly int PinErrors;

        private readonly IClock _clock;
        private readonly object _gate = new object();
        private Timer? _timer;
        private Action? _onTamper;
        private Action? _onFault;

        /// <param name="controller">Of the board's pins.</param>
        /// <param name="board">What is wired where; null for nothing.</param>
        /// <param name="clock">Of the device.</param>
        public BoardPanel(GpioController controller, Board? board, IClock clock)
        {
            _clock = clock;
            Sensors = new ISensor[0];
            if (board == null)
                return;

            // Each alone: a pin that cannot be opened costs what is wired to it.
            try
            {
                Light = new StatusLight(new GpioLight(controller, board));
            }
            catch (Exception)
            {
                PinErrors++;
            }

            try
            {
                Tamper = new TamperSwitch(GpioContact.OpenTamper(controller, board));
            }
            catch (Exception)
            {
                PinErrors++;
            }

            try
            {
                Sensors = new ISensor[] { new ContactSensor(GpioContact.OpenSensor(controller, board)) };
            }
            catch (Exception)
            {
                PinErrors++;
            }
        }

        /// <summary>Starts the timer.</summary>
        /// <param name="onTamper">Called when the case was opened or shut, on the timer's thread.</param>
        /// <param name="onFault">Called when a tick failed unexpectedly, on the timer's thread.</param>
        public void Start(Action onTamper, Action onFault)
        {
            _onTamper = onTamper;
            _onFault = onFault;
            _timer = new Timer(OnTick, null, TickMs, TickMs);
        }

        /// <summary>Stops the timer and darkens the light.</summary>
        public void Stop()
        {
            if (_timer != null)
                _timer.Dispose();
            if (Light != null)
                Light.Show(LightState.Off, _clock.UptimeMilliseconds);
        }

        /// <summary>One look at everything.</summary>
        /// <returns>Whether the case was opened or shut.</returns>
        public bool Tick()
        {
            // A tick that took long does not meet the next: the switch is sampled by one thread at a time.
            lock (_gate)
            {
                long nowMs = _clock.UptimeMilliseconds;
                if (Light != null)
                    Light.Tick(nowMs);
                return Tamper != null && Tamper.Sample(nowMs);
            }
        }

        private void OnTick(object? state)
        {
            try
            {
                if (Tick() && _onTamper != null)
                    _onTamper();
            }
            catch (Exception)
            {
                // On the device the timer would go on all the same, and nobody would hear of it.
                if (_onFault != null)
                    _onFault();
            }
        }
    }
}
