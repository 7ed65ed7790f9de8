namespace Defender.Hardware.Boards
{
    /// <summary>What is wired to which pin of a board. Data only: drivers open the pins.</summary>
    public sealed class Board
    {
        private readonly string _name;
        private readonly int _lightPin;
        private readonly int _tamperPin;
        private readonly int _contactPin;
        private readonly bool _contactHasPullUp;

        /// <param name="name">As in the configuration.</param>
        /// <param name="lightPin">Of the status light.</param>
        /// <param name="tamperPin">Of the tamper switch.</param>
        /// <param name="contactPin">Of the contact sensor.</param>
        /// <param name="contactHasPullUp">Whether the board pulls the contact up itself; if not, the chip does.</param>
        internal Board(string name, int lightPin, int tamperPin, int contactPin, bool contactHasPullUp)
        {
            _name = name;
            _lightPin = lightPin;
            _tamperPin = tamperPin;
            _contactPin = contactPin;
            _contactHasPullUp = contactHasPullUp;
        }

        /// <summary>As in the configuration, such as <c>esp32-devkitc</c>.</summary>
        public string Name
        {
            get { return _name; }
        }

        /// <summary>GPIO number of the status light: a LED that is lit when the pin is high.</summary>
        public int LightPin
        {
            get { return _lightPin; }
        }

        /// <summary>GPIO number of the tamper switch: closed to ground while the case is shut, pulled up by the chip.</summary>
        public int TamperPin
        {
            get { return _tamperPin; }
        }

        /// <summary>GPIO number of the contact sensor: closed to ground or open, as the tamper switch.</summary>
        public int ContactPin
        {
            get { return _contactPin; }
        }

        /// <summary>Whether the board has a resistor that pulls the contact up: some pins have none in the chip.</summary>
        public bool ContactHasPullUp
        {
            get { return _contactHasPullUp; }
        }
    }
}
