using System.Device.Gpio;
using Defender.Hardware.Boards;
using Defender.Hardware.Gpio;
using Defender.Hardware.Sensors;
using Defender.Hardware.Switches;
using Xunit;

namespace Defender.Hardware.Tests.Switches;

public sealed class TamperSwitchTests
{
    private readonly GpioController _controller = new();
    private readonly Board _board;
    private readonly TamperSwitch _tamper;
    private long _nowMs;

    public TamperSwitchTests()
    {
        Assert.True(BoardCatalog.TryFind("virtual", out Board? board));
        _board = board;
        Shut();
        _tamper = new TamperSwitch(GpioContact.OpenTamper(_controller, _board));
        _tamper.Sample(0);
    }

    [Fact]
    public void An_opening_that_lasts_counts_once()
    {
        Open();

        Assert.Equal(1, Changes(forMs: 1000));
        Assert.True(_tamper.IsOpen);
        Assert.Equal(1, _tamper.Openings);
    }

    [Fact]
    public void Bounces_do_not_count()
    {
        int changes = 0;
        for (int i = 0; i < 20; i++)
        {
            Open();
            changes += Changes(forMs: 30);
            Shut();
            changes += Changes(forMs: 30);
        }

        Assert.Equal(0, changes + _tamper.Openings);
        Assert.False(_tamper.IsOpen);
    }

    [Fact]
    public void It_counts_after_a_tenth_of_a_second_and_not_before()
    {
        Open();
        _tamper.Sample(1000);

        Assert.False(_tamper.Sample(1099));
        Assert.True(_tamper.Sample(1100));
    }

    [Fact]
    public void Shutting_is_a_change_and_no_opening()
    {
        Open();
        Changes(forMs: 500);
        Shut();

        Assert.Equal(1, Changes(forMs: 500));
        Assert.False(_tamper.IsOpen);
        Assert.Equal(1, _tamper.Openings);
    }

    [Fact]
    public void A_case_that_is_open_at_the_start_is_open_and_was_not_opened()
    {
        Open();
        var tamper = new TamperSwitch(new FixedContact(isOpen: true));

        Assert.False(tamper.Sample(0));
        Assert.True(tamper.IsOpen);
        Assert.Equal(0, tamper.Openings);
    }

    [Fact]
    public void A_cut_wire_or_a_pin_that_does_not_answer_is_an_open_case()
    {
        _controller.World.Break(_board.TamperPin);

        Assert.Equal(1, Changes(forMs: 500));
        Assert.True(_tamper.IsOpen);
    }

    [Fact]
    public void A_contact_sensor_says_one_while_open_and_nothing_when_it_fails()
    {
        var sensor = new ContactSensor(GpioContact.OpenSensor(_controller, _board));

        Assert.True(sensor.TryRead(out long open));
        _controller.World.Ground(_board.ContactPin);
        Assert.True(sensor.TryRead(out long closed));
        _controller.World.Break(_board.ContactPin);

        Assert.Equal((1, 0), (open, closed));
        Assert.False(sensor.TryRead(out _));
        Assert.Equal("contact-open", sensor.MetricName);
    }

    private void Open() => _controller.World.Release(_board.TamperPin);

    private void Shut() => _controller.World.Ground(_board.TamperPin);

    private int Changes(int forMs)
    {
        int changes = 0;
        for (long end = _nowMs + forMs; _nowMs < end; _nowMs += 10)
            changes += _tamper.Sample(_nowMs) ? 1 : 0;
        return changes;
    }

    private sealed class FixedContact(bool isOpen) : IContact
    {
        public bool IsOpen() => isOpen;
    }
}
