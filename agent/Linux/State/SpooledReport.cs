using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.State;

/// <summary>A report that waits for delivery.</summary>
internal sealed class SpooledReport
{
    public required long ReportId { get; init; }

    /// <summary>Of the time it was made; the configuration may have changed since.</summary>
    public required ReportFormat Format { get; init; }

    /// <summary>Its bytes, when the disk did not take them; null when they are in its file.</summary>
    public byte[]? Content { get; init; }
}
