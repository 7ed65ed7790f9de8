namespace Defender.Evaluator.Reports.Wire;

/// <summary>Why a payload is not well-formed.</summary>
/// <param name="Rule">R02 for JSON, R17 for CBOR, R05 for nesting in both.</param>
/// <param name="Offset">First byte that cannot be what it is.</param>
/// <param name="Message">A sentence.</param>
internal readonly record struct TokenFault(ReportRule Rule, int Offset, string Message);
