using System;
using System.Collections.Generic;
using System.Device.Gpio;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading;
using Defender.Agent.Firmware;
using Defender.Agent.Firmware.Configuration;
using Defender.Hardware.Boards;
using Defender.Hardware.Lights;
using Defender.Hardware.Virtual.Nano;

namespace Defender.Hardware.Virtual;

/// <summary>A board in memory with the firmware on it, from switching on to switching off.</summary>
internal sealed class VirtualBoard
{
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromMilliseconds(100);

    private readonly GpioController _controller;
    private readonly Board _board;
    private readonly FirmwareHost _host;
    private readonly Terminal _terminal;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan? _pressTamper;
    private LightState _shownState;
    private string _shownProblem = "";
    private int _shownAccepted, _shownRejected;
    private bool _isOpen;

    private VirtualBoard(GpioController controller, Board board, FirmwareHost host, Terminal terminal, TimeProvider timeProvider, TimeSpan? pressTamper)
    {
        _controller = controller;
        _board = board;
        _host = host;
        _terminal = terminal;
        _timeProvider = timeProvider;
        _pressTamper = pressTamper;
    }

    /// <summary>Puts certificates and configuration onto the device and switches it on; nothing runs yet.</summary>
    public static bool TryBuild(
        BoardOptions options, Terminal terminal, TimeProvider timeProvider, [NotNullWhen(true)] out VirtualBoard? board, out string error)
    {
        board = null;
        error = "";
        try
        {
            string drive = options.DriveDirectory();
            Directory.CreateDirectory(drive);
            Store(options);
            if (options.HasConfiguration)
                File.WriteAllText(Path.Combine(drive, ConfigurationReader.FileName), Configuration(options));

            GpioController controller = new();
            if (!BoardCatalog.TryFind("virtual", out Board? pins))
                throw new InvalidOperationException("the pin map of the virtual board is missing");
            controller.World.Ground(pins.TamperPin);
            controller.World.Ground(pins.ContactPin);
            controller.World.Written += (pin, level) =>
            {
                if (pin == pins.LightPin)
                    terminal.Show(level == PinValue.High);
            };
            var host = new FirmwareHost(drive + Path.DirectorySeparatorChar, controller, new VirtualClock(timeProvider), new Random());
            terminal.WriteLine($"started; I: is {drive}");
            if (host.Options.Errors > 0)
                terminal.WriteLine($"configuration: {host.Options.FirstError} ({host.Options.Errors} errors)");
            board = new VirtualBoard(controller, pins, host, terminal, timeProvider, options.PressTamper);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            error = failure.Message;
            return false;
        }
    }

    /// <summary>Runs the firmware until <see cref="Stop"/>.</summary>
    public void Run()
    {
        using ITimer watch = _timeProvider.CreateTimer(_ => Watch(), null, WatchPeriod, WatchPeriod);
        using ITimer? press = _pressTamper is { } after ? _timeProvider.CreateTimer(_ => ToggleTamper(), null, after, Timeout.InfiniteTimeSpan) : null;
        _host.Run();
        Watch();
        _terminal.WriteLine("stopped");
    }

    public void Stop() => _host.Stop();

    /// <summary>Reads keys on a thread of its own.</summary>
    public void WatchKeys() => new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();

    private static void Store(BoardOptions options)
    {
        if (options.Certificate is not null && options.Key is not null)
            VirtualDevice.Certificate = X509Certificate2.CreateFromPemFile(options.Certificate, options.Key);
        if (options.Ca is not null)
            VirtualDevice.Authorities.ImportFromPemFile(options.Ca);
    }

    private static string Configuration(BoardOptions options) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["thing"] = options.Thing!,
        ["endpoint"] = options.Endpoint!,
        ["intervalSeconds"] = options.IntervalSeconds ?? FirmwareOptions.DefaultIntervalSeconds,
        ["statusPort"] = options.StatusPort,
        ["board"] = "virtual",
    });

    private void ReadKeys()
    {
        while (true)
        {
            switch (Console.ReadKey(intercept: true).KeyChar)
            {
                case 't':
                    ToggleTamper();
                    break;
                case 'q':
                    Stop();
                    return;
                default:
                    break;
            }
        }
    }

    private void ToggleTamper()
    {
        _isOpen = !_isOpen;
        if (_isOpen)
            _controller.World.Release(_board.TamperPin);
        else
            _controller.World.Ground(_board.TamperPin);
        _terminal.WriteLine(_isOpen ? "case opened" : "case shut");
    }

    // Says what changed; a tick may meet the last one, so one at a time.
    private void Watch()
    {
        lock (_controller)
        {
            if (_host.Agent.State != _shownState)
            {
                _shownState = _host.Agent.State;
                _terminal.WriteLine($"light: {_shownState switch { LightState.Armed => "steady, armed", LightState.Alarm => "fast blink, in alarm", _ => "slow blink, offline" }}");
            }

            if (_host.Agent.Problem != _shownProblem)
            {
                _shownProblem = _host.Agent.Problem;
                if (_shownProblem.Length > 0)
                    _terminal.WriteLine($"problem: {_shownProblem}");
            }

            for (; _shownAccepted < _host.Agent.Outbox.Accepted; _shownAccepted++)
                _terminal.WriteLine($"report accepted ({_shownAccepted + 1})");
            for (; _shownRejected < _host.Agent.Outbox.Rejected; _shownRejected++)
                _terminal.WriteLine($"report rejected ({_shownRejected + 1})");
        }
    }
}
