using System;
using System.Threading;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Nobody watches.</summary>
internal sealed class NoLiveness : ILiveness
{
    public static NoLiveness Instance { get; } = new();

    public TimeSpan AliveEvery => Timeout.InfiniteTimeSpan;

    public void Ready()
    {
    }

    public void Status(string text)
    {
    }

    public void Alive()
    {
    }

    public void Stopping()
    {
    }
}
