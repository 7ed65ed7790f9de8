using System;
using System.Device.Gpio;
using System.IO;
using System.Linq;
using Defender.Hardware.Boards;
using Defender.Hardware.Gpio;
using Defender.Tests;
using Xunit;

namespace Defender.Hardware.Tests.Boards;

public sealed class BoardTests
{
    public static TheoryData<string, string> Boards => new()
    {
        { "esp32-devkitc", "hardware/Esp32/DevKitC" },
        { "esp32-c3", "hardware/Esp32/C3" },
        { "m5stack", "hardware/Esp32/M5Stack" },
        { "raspberry-pi", "hardware/RaspberryPi" },
        { "virtual", "hardware/Virtual" },
    };

    // ESP32 datasheet: 6 to 11 carry the flash, 34 to 39 can only read and have no resistors. ESP32-C3: 11 to 17 carry the flash,
    // 18 and 19 are USB, 2, 8 and 9 are read at reset.
    public static TheoryData<string, int[], int[]> Unusable => new()
    {
        { "esp32-devkitc", [6, 7, 8, 9, 10, 11, 0, 12, 15], [34, 35, 36, 37, 38, 39] },
        { "esp32-c3", [11, 12, 13, 14, 15, 16, 17, 18, 19, 2, 8, 9], [] },
        { "m5stack", [6, 7, 8, 9, 10, 11, 0, 4, 14, 18, 19, 23, 25, 27, 32, 33], [34, 35, 36, 37, 38, 39] },
        { "raspberry-pi", [0, 1, 14, 15], [] },
    };

    [Theory]
    [MemberData(nameof(Boards))]
    public void Every_board_of_the_catalog_is_found_and_its_README_shows_its_pins(string name, string folder)
    {
        Assert.True(BoardCatalog.TryFind(name, out Board? board));
        Assert.Equal(name, board.Name);
        Assert.Equal(3, new[] { board.LightPin, board.TamperPin, board.ContactPin }.Distinct().Count());

        string readme = File.ReadAllText(Path.Combine(RepositoryFiles.Root, folder, "README.md"));
        Assert.All([board.LightPin, board.TamperPin, board.ContactPin], pin => Assert.Contains($"GPIO {pin} ", readme, StringComparison.Ordinal));
        Assert.Contains($"`{name}`", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalog_lists_what_it_finds() =>
        Assert.Equal(Boards.Select(row => (string)row[0]), BoardCatalog.Names());

    [Theory]
    [InlineData("")]
    [InlineData("ESP32-C3")]
    [InlineData("esp32")]
    public void Another_name_is_no_board(string name) => Assert.False(BoardCatalog.TryFind(name, out _));

    [Theory]
    [MemberData(nameof(Unusable))]
    public void No_board_uses_a_pin_that_the_chip_or_the_board_needs(string name, int[] taken, int[] readOnly)
    {
        Assert.True(BoardCatalog.TryFind(name, out Board? board));

        int[] used = [board.LightPin, board.TamperPin, board.ContactPin];
        Assert.Empty(used.Intersect(taken));
        Assert.DoesNotContain(board.LightPin, readOnly);
        Assert.DoesNotContain(board.TamperPin, readOnly);
        Assert.True(board.ContactHasPullUp || !readOnly.Contains(board.ContactPin), "nothing pulls the contact up");
    }

    [Fact]
    public void The_drivers_open_the_pins_of_the_board()
    {
        Assert.True(BoardCatalog.TryFind("virtual", out Board? board));
        GpioController controller = new();
        var light = new GpioLight(controller, board);
        GpioContact tamper = GpioContact.OpenTamper(controller, board), contact = GpioContact.OpenSensor(controller, board);

        light.Set(isOn: true);
        controller.World.Ground(board.TamperPin);

        Assert.Equal(PinValue.High, controller.World.Output(board.LightPin));
        Assert.False(tamper.IsOpen());
        Assert.True(contact.IsOpen());
        Assert.Throws<InvalidOperationException>(() => new GpioLight(controller, board));
    }
}
