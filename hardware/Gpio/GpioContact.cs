using System.Device.Gpio;
using Defender.Hardware.Boards;
using Defender.Hardware.Switches;

namespace Defender.Hardware.Gpio
{
    /// <summary>A contact between a pin and ground; a resistor pulls the open pin up.</summary>
    public sealed class GpioContact : IContact
    {
        private readonly GpioPin _pin;

        private GpioContact(GpioPin pin)
        {
            _pin = pin;
        }

        /// <summary>Opens the pin of the board's tamper switch; throws when it is taken or cannot pull up.</summary>
        public static GpioContact OpenTamper(GpioController controller, Board board)
        {
            return new GpioContact(controller.OpenPin(board.TamperPin, PinMode.InputPullUp));
        }

        /// <summary>Opens the pin of the board's contact sensor; throws when it is taken or cannot pull up.</summary>
        public static GpioContact OpenSensor(GpioController controller, Board board)
        {
            return new GpioContact(controller.OpenPin(board.ContactPin, board.ContactHasPullUp ? PinMode.Input : PinMode.InputPullUp));
        }

        public bool IsOpen()
        {
            return _pin.Read() == PinValue.High;
        }
    }
}
