namespace Defender.Agent.Core.Scheduling
{
    /// <summary>The two clocks of a device that has no TimeProvider: the date, and a clock that never goes back.</summary>
    public interface IClock
    {
        /// <summary>Milliseconds since 1970 in UTC; any value while the device does not know the date.</summary>
        long UtcMilliseconds { get; }

        /// <summary>Milliseconds since the device started: what intervals and waits are counted by.</summary>
        long UptimeMilliseconds { get; }
    }
}
