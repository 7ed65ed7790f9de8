using System;
using System.Collections.Generic;
using System.Text;
using Defender.Hardware.Lights;
using Xunit;

namespace Defender.Hardware.Tests.Lights;

public sealed class StatusLightTests
{
    private readonly FakeLight _fake = new();
    private readonly StatusLight _light;

    public StatusLightTests() => _light = new StatusLight(_fake);

    // One character for every quarter of a second.
    [Theory]
    [InlineData(LightState.Off, "--------")]
    [InlineData(LightState.Armed, "########")]
    [InlineData(LightState.Offline, "####----####----")]
    [InlineData(LightState.Alarm, "#-#-#-#-")]
    public void Each_state_has_its_rhythm(LightState state, string rhythm)
    {
        var seen = new StringBuilder();
        _light.Show(state, nowMs: 700);
        for (int quarter = 0; quarter < rhythm.Length; quarter++)
        {
            _light.Tick(700 + (quarter * 250));
            seen.Append(_fake.IsOn ? '#' : '-');
        }

        Assert.Equal(rhythm, seen.ToString());
    }

    [Fact]
    public void The_light_is_switched_only_when_it_changes()
    {
        _light.Show(LightState.Armed, 0);
        for (int ms = 0; ms < 10_000; ms += 50)
        {
            _light.Tick(ms);
            _light.Show(LightState.Armed, ms);
        }

        Assert.Equal([true], _fake.Switched);
    }

    [Fact]
    public void The_same_state_again_does_not_restart_its_blink()
    {
        _light.Show(LightState.Offline, 0);
        _light.Show(LightState.Offline, 900);
        _light.Tick(1000);

        Assert.False(_fake.IsOn);
    }

    [Fact]
    public void A_light_that_fails_is_counted_and_tried_again()
    {
        _fake.IsBroken = true;
        _light.Show(LightState.Armed, 0);
        _light.Tick(50);
        Assert.Equal(2, _light.Failures);
        Assert.Equal(LightState.Armed, _light.State);

        _fake.IsBroken = false;
        _light.Tick(100);
        Assert.True(_fake.IsOn);
    }

    private sealed class FakeLight : ILight
    {
        public List<bool> Switched { get; } = [];

        public bool IsBroken { get; set; }

        public bool IsOn => Switched.Count > 0 && Switched[^1];

        public void Set(bool isOn)
        {
            if (IsBroken)
                throw new InvalidOperationException("broken");
            Switched.Add(isOn);
        }
    }
}
