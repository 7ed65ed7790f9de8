using System;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>What came of a try to deliver a message.</summary>
/// <param name="Outcome">Whether to try again.</param>
/// <param name="Reason">What happened, safe to log; empty when delivered.</param>
internal readonly record struct Delivery(DeliveryOutcome Outcome, string Reason)
{
    // What comes from outside is not worth more of a log line.
    private const int MaxReasonLength = 300;

    public static Delivery Delivered { get; } = new(DeliveryOutcome.Delivered, "");

    public static Delivery Failed(string reason) => new(DeliveryOutcome.Failed, Shorten(reason));

    public static Delivery Refused(string reason) => new(DeliveryOutcome.Refused, Shorten(reason));

    private static string Shorten(string reason)
    {
        string text = reason.Length <= MaxReasonLength ? reason : $"{reason.AsSpan(0, MaxReasonLength)}...";
        return Printable.Escape(text);
    }
}

/// <summary>Whether a message arrived, and whether it can.</summary>
internal enum DeliveryOutcome
{
    /// <summary>It arrived.</summary>
    Delivered,

    /// <summary>It did not, which may pass.</summary>
    Failed,

    /// <summary>The receiver does not want this message.</summary>
    Refused,
}
