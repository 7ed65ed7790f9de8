using System;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Who watches over the agent, such as systemd; every member is called by the loop and must neither block nor throw.</summary>
internal interface ILiveness
{
    /// <summary>How often <see cref="Alive"/> is wanted; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for never, which saves the wakeups.</summary>
    TimeSpan AliveEvery { get; }

    /// <summary>The agent runs; it may still be without a gateway.</summary>
    void Ready();

    /// <summary>What the agent does now, one line for people.</summary>
    void Status(string text);

    /// <summary>The loop still turns: not called when a step of it is overdue.</summary>
    void Alive();

    /// <summary>The agent was told to stop and ends its connection.</summary>
    void Stopping();
}
