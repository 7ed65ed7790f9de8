using Defender.Agent.Core.Reports;

namespace Defender.Agent.Core.Answers
{
    // Of no use to an agent that reports in JSON only: a device leaves this file out of its flash.
    public sealed partial class AnswerScanner
    {
        /// <param name="format">Of the reports, and so of their answers.</param>
        public AnswerScanner(ReportFormat format)
        {
            _tokens = format == ReportFormat.Cbor ? (TokenReader)new CborTokenReader() : new JsonTokenReader();
        }
    }
}
