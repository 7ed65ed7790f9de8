using System.Diagnostics.CodeAnalysis;

namespace Defender.Hardware.Boards
{
    /// <summary>The boards with a pin map; the README beside each shows the wiring.</summary>
    public static class BoardCatalog
    {
        /// <summary>Every name that <see cref="TryFind"/> knows.</summary>
        public static string[] Names()
        {
            return new string[] { "esp32-devkitc", "esp32-c3", "m5stack", "raspberry-pi", "virtual" };
        }

        /// <summary>Finds a board by its exact name.</summary>
        public static bool TryFind(string name, [NotNullWhen(true)] out Board? board)
        {
            board = name switch
            {
                // GPIO 2 carries the LED of many DevKitC clones; it must be low at reset for flashing, which a LED to ground keeps.
                "esp32-devkitc" => new Board(name, lightPin: 2, tamperPin: 27, contactPin: 26, contactHasPullUp: false),

                // Away from the strapping pins (2, 8, 9) and USB (18, 19). The LED on the board is addressable, not a plain one.
                "esp32-c3" => new Board(name, lightPin: 7, tamperPin: 4, contactPin: 5, contactHasPullUp: false),

                // Pins of the M-Bus that display, SD card and speaker leave free. Button A is the contact: GPIO 39 can only read
                // and has no pull-up in the chip, the board has one.
                "m5stack" => new Board(name, lightPin: 26, tamperPin: 13, contactPin: 39, contactHasPullUp: true),

                // Broadcom numbers: pins 11, 13 and 15 of the header.
                "raspberry-pi" => new Board(name, lightPin: 17, tamperPin: 27, contactPin: 22, contactHasPullUp: false),

                // Pins that exist in memory only.
                "virtual" => new Board(name, lightPin: 2, tamperPin: 4, contactPin: 5, contactHasPullUp: false),
                _ => null,
            };
            return board != null;
        }
    }
}
