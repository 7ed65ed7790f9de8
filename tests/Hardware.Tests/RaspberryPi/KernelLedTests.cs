using System;
using System.IO;
using Defender.Hardware.RaspberryPi;
using Xunit;

namespace Defender.Hardware.Tests.RaspberryPi;

public sealed class KernelLedTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("defender-leds-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_LED_is_switched_at_its_full_brightness_and_given_back_to_its_trigger()
    {
        Add("ACT", max: "255\n", trigger: "none rfkill-any [mmc0] timer heartbeat\n");

        Assert.True(KernelLed.TryOpen(null, _root, out KernelLed? led, out string error), error);
        Assert.Equal(("0", "none"), (Content("ACT", "brightness"), Content("ACT", "trigger")));
        led!.Set(isOn: true);
        Assert.Equal("255", Content("ACT", "brightness"));
        led.Set(isOn: false);
        Assert.Equal("0", Content("ACT", "brightness"));

        led.Dispose();
        Assert.Equal("mmc0", Content("ACT", "trigger"));
    }

    [Fact]
    public void The_activity_LED_of_an_older_kernel_is_found_before_the_power_LED()
    {
        Add("PWR", max: "1\n", trigger: "[none]\n");
        Add("led0", max: "1\n", trigger: "[none]\n");

        Assert.True(KernelLed.TryOpen(null, _root, out KernelLed? led, out _));
        led!.Set(isOn: true);

        Assert.Equal(("1", "0"), (Content("led0", "brightness"), Content("PWR", "brightness")));
    }

    [Fact]
    public void A_LED_may_be_named()
    {
        Add("green:status", max: "7\n", trigger: "");

        Assert.True(KernelLed.TryOpen("green:status", _root, out KernelLed? led, out _));
        led!.Set(isOn: true);

        Assert.Equal("7", Content("green:status", "brightness"));
    }

    [Theory]
    [InlineData(null, "none of the LEDs")]
    [InlineData("green", "cannot be switched")]
    [InlineData("../../etc", "the name of a directory")]
    [InlineData("..", "the name of a directory")]
    [InlineData("", "the name of a directory")]
    public void A_LED_that_is_not_there_is_refused_with_a_sentence(string? name, string sentence)
    {
        Assert.False(KernelLed.TryOpen(name, _root, out KernelLed? led, out string error));
        Assert.Null(led);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_LED_that_is_unplugged_fails_and_leaves_no_file()
    {
        Add("ACT", max: "1\n", trigger: "[none]\n");
        Assert.True(KernelLed.TryOpen(null, _root, out KernelLed? led, out _));
        Directory.Delete(Path.Combine(_root, "ACT"), recursive: true);

        Assert.ThrowsAny<IOException>(() => led!.Set(isOn: true));
        led!.Dispose();
        Assert.False(Directory.Exists(Path.Combine(_root, "ACT")));
    }

    private void Add(string name, string max, string trigger)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        File.WriteAllText(Path.Combine(directory, "max_brightness"), max);
        File.WriteAllText(Path.Combine(directory, "brightness"), "0\n");
        File.WriteAllText(Path.Combine(directory, "trigger"), trigger);
    }

    // What was written first: the kernel's files take each write whole, those of the test keep what is longer.
    private string Content(string led, string file) => File.ReadAllLines(Path.Combine(_root, led, file))[0];
}
