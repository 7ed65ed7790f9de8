using System;
using System.Collections.Generic;
using Defender.Gateway.Mqtt;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>One timer for all that expires.</summary>
public sealed class ExpiryTimerTests
{
    private readonly ManualTime _clock = new();
    private readonly List<double> _looks = [];
    private DateTimeOffset _next = DateTimeOffset.MaxValue;

    private DateTimeOffset Start { get; } = new ManualTime().GetUtcNow();

    [Fact]
    public void Nothing_is_waited_for_while_nothing_expires()
    {
        using ExpiryTimer timer = Create();

        timer.Note(DateTimeOffset.MaxValue);

        Assert.Equal(0, _clock.TimersSet);
    }

    [Fact]
    public void The_first_of_all_is_looked_at_when_it_is_due_and_then_the_next()
    {
        using ExpiryTimer timer = Create();
        timer.Note(Start.AddSeconds(300));
        timer.Note(Start.AddSeconds(30));
        timer.Note(Start.AddSeconds(100));
        _next = Start.AddSeconds(100);

        _clock.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal([30], _looks);
        _next = DateTimeOffset.MaxValue;
        _clock.Advance(TimeSpan.FromSeconds(1000));

        Assert.Equal([30, 100], _looks);
        Assert.Equal(0, _clock.TimersSet);
    }

    [Fact]
    public void Many_that_expire_one_after_the_other_are_looked_at_once_a_second()
    {
        using ExpiryTimer timer = Create(now => now.AddMilliseconds(1));

        timer.Note(Start);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], _looks);
    }

    [Fact]
    public void Who_comes_during_the_look_is_not_forgotten()
    {
        ExpiryTimer? timer = null;
        using ExpiryTimer created = timer = Create(now =>
        {
            if (_looks.Count == 1)
                timer!.Note(now.AddSeconds(5));
            return DateTimeOffset.MaxValue;
        });

        timer.Note(Start.AddSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal([2, 7], _looks);
    }

    private ExpiryTimer Create(Func<DateTimeOffset, DateTimeOffset>? look = null) => new(_clock, now =>
    {
        _looks.Add((now - Start).TotalSeconds);
        return look?.Invoke(now) ?? _next;
    });
}
