using System;
using System.Linq;
using Defender.Gateway.Mqtt.Connections;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>A rate for each of many keys, and what is remembered of them.</summary>
public sealed class RateTableTests
{
    private readonly ManualTime _clock = new();

    [Fact]
    public void A_fleet_that_has_connected_leaves_little_behind()
    {
        var table = new RateTable<int>(perSecond: 1, burst: 10, _clock);

        for (int key = 0; key < 40_000; key++)
        {
            Assert.True(table.TryTake(key));
            if (key % 2000 == 0)
                _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(table.Count, 1, 8000);
    }

    [Fact]
    public void A_key_that_is_above_its_rate_is_not_forgotten()
    {
        var table = new RateTable<int>(perSecond: 1, burst: 10, _clock);
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => table.TryTake(-1)));

        for (int key = 0; key < 20_000; key++)
        {
            table.TryTake(key);
            if (key % 5000 == 0)
                _clock.Advance(TimeSpan.FromSeconds(1));
        }

        // Four seconds have passed.
        Assert.Equal(4, Enumerable.Range(0, 20).Count(_ => table.TryTake(-1)));
    }

    [Fact]
    public void More_keys_than_can_be_remembered_are_not_held_to_a_rate()
    {
        var table = new RateTable<int>(perSecond: 1, burst: 1, _clock);
        for (int key = 0; key < 60_000; key++)
            Assert.True(table.TryTake(key));

        Assert.Equal(50_000, table.Count);
        Assert.True(table.TryTake(60_000));
        Assert.True(table.TryTake(60_000));
        Assert.False(table.TryTake(0));
    }
}
