namespace Defender.Gateway.Mqtt.Routing;

/// <summary>
/// The retained messages that a subscription has still to get: those that were there when it began, in their order. What was
/// retained since has come to it as any message. Holds none of them, so that a client which reads slowly costs no memory. The
/// endpoint's lock guards it.
/// </summary>
/// <param name="filter">The subscription's filter.</param>
/// <param name="subscription">The subscription; another of the same filter puts an end to this.</param>
/// <param name="last">The number of the newest retained message when it began.</param>
internal sealed class RetainedBacklog(byte[] filter, Subscription subscription, long last)
{
    private long _after;

    /// <summary>The subscription's filter.</summary>
    public byte[] Filter => filter;

    /// <summary>Who gets them, and how.</summary>
    public Subscription Subscription => subscription;

    /// <summary>Whether all were looked at.</summary>
    public bool IsDone => _after >= last;

    /// <summary>The number of the last that was looked at; set back where it could not be sent.</summary>
    public long After { get => _after; set => _after = value; }

    /// <inheritdoc cref="RetainedMessages.Next"/>
    public Message? Next(RetainedMessages retained, ref int looks) => retained.Next(filter, ref _after, last, ref looks);
}
