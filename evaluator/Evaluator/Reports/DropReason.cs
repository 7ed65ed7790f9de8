using System;

namespace Defender.Evaluator.Reports;

/// <summary>Why a report was accepted without one of its datapoints (R11, R13, R16).</summary>
public enum DropReason
{
    /// <summary>The account defines no custom metric of this name.</summary>
    NotDefined,

    /// <summary>The account defines the custom metric with another type.</summary>
    OtherType,

    /// <summary>A number is too large for a double.</summary>
    NumberTooLarge,

    /// <summary>A string has a character other than letters, digits and <c>: _ - / .</c>.</summary>
    StringNotAllowed,

    /// <summary>A member of an address list is no IPv4 or IPv6 address.</summary>
    NotAnAddress,

    /// <summary>A counter is above 2^53, which an agent prints when its counter was reset.</summary>
    CounterWrapped,

    /// <summary>A total is above 2^63-1, the largest count.</summary>
    TotalTooLarge,
}

/// <summary>The reasons in words.</summary>
public static class DropReasons
{
    /// <summary>A clause that can follow a metric's name and a colon.</summary>
    public static string ToText(this DropReason reason) => reason switch
    {
        DropReason.NotDefined => "no custom metric of this name is defined",
        DropReason.OtherType => "the custom metric is defined with another type",
        DropReason.NumberTooLarge => "a number is too large",
        DropReason.StringNotAllowed => "a string has a character other than letters, digits and : _ - / .",
        DropReason.NotAnAddress => "a list member is not an IP address",
        DropReason.CounterWrapped => "the counter is above 2^53, as after a reset",
        DropReason.TotalTooLarge => "the total is above 2^63-1",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
