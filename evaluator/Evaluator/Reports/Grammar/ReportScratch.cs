using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>The memory that reading needs and keeps for the next report.</summary>
internal sealed class ReportScratch
{
    public ReportScratch() => Builder = new(Keys);

    /// <summary>The open objects and lists, and the document around them.</summary>
    public Frame[] Frames { get; } = new Frame[IReportTokens.MaxDepth + 1];

    public DistinctKeys Keys { get; } = new();

    public DatapointBuilder Builder { get; }

    public TextScratch Text { get; } = new();
}
