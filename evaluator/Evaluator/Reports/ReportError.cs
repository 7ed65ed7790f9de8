namespace Defender.Evaluator.Reports;

/// <summary>Why a report is rejected.</summary>
/// <param name="Rule">The first rule it breaks.</param>
/// <param name="Offset">The first byte concerned: of a value, of a name, or where the payload stops making sense.</param>
/// <param name="Path">
/// The value or object concerned, each name as the payload spells it:
/// <c>metrics.tcp_connections.established_connections.connections[3].remote_addr</c>. Empty for the report itself.
/// Control characters are escaped and long names cut, so that it can be logged.
/// </param>
/// <param name="Message">What was found and what is allowed: one sentence.</param>
public readonly record struct ReportError(ReportRule Rule, int Offset, string Path, string Message)
{
    /// <summary>The value of <c>statusDetails.ErrorCode</c> in the answer; AWS has no other codes for reports.</summary>
    public string Code => Rule == ReportRule.R18 ? "Throttled" : "InvalidPayload";

    /// <summary>Rule, place and message in one line.</summary>
    public override string ToString() =>
        $"{Rule} at byte {Offset}{(string.IsNullOrEmpty(Path) ? "" : $" ({Path})")}: {Message}";
}
