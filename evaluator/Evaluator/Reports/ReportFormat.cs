namespace Defender.Evaluator.Reports;

/// <summary>The encoding of a report: the last level of its topic.</summary>
public enum ReportFormat
{
    /// <summary><c>$aws/things/{thing}/defender/metrics/json</c>.</summary>
    Json,

    /// <summary><c>$aws/things/{thing}/defender/metrics/cbor</c>.</summary>
    Cbor,
}
