using System;
using Defender.Agent.Core.Scheduling;
using Defender.Hardware.Virtual.Nano;

namespace Defender.Hardware.Virtual;

/// <summary>The clocks of a device without a battery: 1970 until SNTP has set the date.</summary>
internal sealed class VirtualClock(TimeProvider timeProvider) : IClock
{
    private readonly long _start = timeProvider.GetTimestamp();

    public long UtcMilliseconds => VirtualDevice.IsTimeSet ? timeProvider.GetUtcNow().ToUnixTimeMilliseconds() : UptimeMilliseconds;

    public long UptimeMilliseconds => (long)timeProvider.GetElapsedTime(_start).TotalMilliseconds;
}
