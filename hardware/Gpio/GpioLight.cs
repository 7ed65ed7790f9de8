using System.Device.Gpio;
using Defender.Hardware.Boards;
using Defender.Hardware.Lights;

namespace Defender.Hardware.Gpio
{
    /// <summary>The status light of a board: a LED between its pin and ground.</summary>
    public sealed class GpioLight : ILight
    {
        private readonly GpioPin _pin;

        /// <summary>Opens the pin and switches the light off; throws when the pin is taken or cannot write.</summary>
        public GpioLight(GpioController controller, Board board)
        {
            _pin = controller.OpenPin(board.LightPin, PinMode.Output);
            _pin.Write(PinValue.Low);
        }

        public void Set(bool isOn)
        {
            _pin.Write(isOn ? PinValue.High : PinValue.Low);
        }
    }
}
