using System;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Hardware.Lights;

namespace Defender.Hardware.RaspberryPi;

/// <summary>
/// A LED that the kernel drives, below <c>/sys/class/leds</c> (Documentation/leds/leds-class.rst). Its trigger, such as the SD card's
/// activity, is taken off while the agent holds it and put back afterwards. Writing needs the right to: a udev rule or root.
/// </summary>
public sealed class KernelLed : ILight, IDisposable
{
    /// <summary>Where the kernel lists its LEDs.</summary>
    public const string DefaultRoot = "/sys/class/leds";

    // A list of every trigger, the active one in brackets; a few hundred bytes.
    private const int MaxFileBytes = 4096;

    // The activity LED under its names of today and of older kernels, then the power LED.
    private static readonly string[] Preferred = ["ACT", "led0", "PWR", "led1"];

    private readonly string _directory;
    private readonly byte[] _lit;
    private readonly byte[] _dark = "0\n"u8.ToArray();
    private readonly string _trigger;

    private KernelLed(string directory, int brightness, string trigger)
    {
        _directory = directory;
        _lit = Encoding.ASCII.GetBytes($"{brightness}\n");
        _trigger = trigger;
    }

    /// <summary>Takes a LED over.</summary>
    /// <param name="name">Of the LED, or null for the activity LED of a Raspberry Pi.</param>
    /// <param name="root">Where the LEDs are listed.</param>
    /// <param name="led">The LED, dark.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryOpen(string? name, string root, out KernelLed? led, out string error)
    {
        led = null;
        error = "";
        if (name is not null && (name.Length is 0 or > 64 || name.Contains('/') || name is "." or ".."))
        {
            error = "a LED has the name of a directory below " + root;
            return false;
        }

        string? found = name ?? Preferred.FirstOrDefault(candidate => File.Exists(Path.Combine(root, candidate, "brightness")));
        if (found is null)
        {
            error = $"none of the LEDs {string.Join(", ", Preferred)} is in {root}";
            return false;
        }

        string directory = Path.Combine(root, found);
        try
        {
            // A LED that only knows on and off has a maximum of 1; without the file any other value is as good.
            int brightness = int.TryParse(Read(directory, "max_brightness"), out int max) && max > 0 ? max : 1;
            string trigger = ActiveOf(Read(directory, "trigger"));
            var opened = new KernelLed(directory, brightness, trigger);
            if (trigger.Length > 0 && trigger != "none")
                opened.Write("trigger", "none\n"u8);
            opened.Set(isOn: false);
            led = opened;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = $"the LED {found} cannot be switched: {failure.Message}";
            return false;
        }
    }

    /// <exception cref="IOException">The LED is gone.</exception>
    public void Set(bool isOn) => Write("brightness", isOn ? _lit : _dark);

    /// <summary>Gives the LED back to its trigger.</summary>
    public void Dispose()
    {
        try
        {
            Set(isOn: false);
            if (_trigger.Length > 0 && _trigger != "none")
                Write("trigger", Encoding.ASCII.GetBytes(_trigger + "\n"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The LED is gone: nothing to give back.
        }
    }

    private static string ActiveOf(string triggers)
    {
        int start = triggers.IndexOf('['), end = triggers.IndexOf(']');
        return start >= 0 && end > start ? triggers[(start + 1)..end] : "";
    }

    private static string Read(string directory, string file)
    {
        string path = Path.Combine(directory, file);
        return File.Exists(path) ? KernelFile.Read(path, MaxFileBytes) : "";
    }

    private void Write(string file, ReadOnlySpan<byte> bytes)
    {
        // Without creating: a LED that was unplugged must not become a file.
        using FileStream stream = new(Path.Combine(_directory, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(bytes);
    }
}
