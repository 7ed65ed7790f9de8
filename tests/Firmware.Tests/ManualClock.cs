using System;
using System.Threading;
using Defender.Agent.Core.Scheduling;
using Defender.Hardware.Virtual.Nano;

namespace Defender.Agent.Firmware.Tests;

/// <summary>The clocks of a device that only the test moves: 1970 until the virtual device's time is set.</summary>
internal sealed class ManualClock : IClock
{
    /// <summary>2026-11-21.</summary>
    public const long BootUtcMs = 1_795_219_200_000;

    private long _uptimeMs;
    private int _looks;

    public long UtcMilliseconds => VirtualDevice.IsTimeSet ? BootUtcMs + UptimeMilliseconds : UptimeMilliseconds;

    public long UptimeMilliseconds
    {
        get
        {
            if (!IsBroken)
            {
                long now = Interlocked.Read(ref _uptimeMs);
                Interlocked.Increment(ref _looks);
                return now;
            }

            Failures++;
            throw new InvalidOperationException("the clock does not answer");
        }
    }

    /// <summary>Makes every look at it fail: a fault that nothing in the firmware expects.</summary>
    public bool IsBroken { get; set; }

    public int Failures { get; private set; }

    /// <summary>How often the uptime was read.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public void Advance(long milliseconds) => Interlocked.Add(ref _uptimeMs, milliseconds);
}
