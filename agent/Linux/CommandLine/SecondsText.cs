using System;
using System.Globalization;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Spans as seconds with the milliseconds that they have, such as <c>300</c> or <c>0.25</c>; floating-point formats are large.</summary>
internal static class SecondsText
{
    public static string Of(TimeSpan span)
    {
        long milliseconds = (span.Ticks + (Math.Sign(span.Ticks) * TimeSpan.TicksPerMillisecond / 2)) / TimeSpan.TicksPerMillisecond;
        string sign = milliseconds < 0 ? "-" : "";
        milliseconds = Math.Abs(milliseconds);
        string seconds = sign + (milliseconds / 1000).ToString(CultureInfo.InvariantCulture);
        string fraction = (milliseconds % 1000).ToString("D3", CultureInfo.InvariantCulture).TrimEnd('0');
        return fraction.Length == 0 ? seconds : $"{seconds}.{fraction}";
    }
}
