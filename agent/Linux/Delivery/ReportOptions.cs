using System;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Things;

namespace Defender.Agent.Linux.Delivery;

/// <summary>How reports are made and delivered.</summary>
internal sealed class ReportOptions
{
    public required ThingName Thing { get; init; }

    public ReportFormat Format { get; init; } = ReportFormat.Json;

    public ReportNames Names { get; init; } = ReportNames.Long;

    /// <summary>Between reports; 1 s to 1 day. AWS takes one report per thing in 300 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Stop after the answer to the first report, or when <see cref="AnswerTimeout"/> is over.</summary>
    public bool Once { get; init; }

    /// <summary>How long the gateway may take to answer; in practice no longer than the interval.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
