namespace Defender.Agent.Core.Answers
{
    /// <summary>What an accepted or rejected document says, as far as an agent acts on it or logs it.</summary>
    public sealed class Answer
    {
        /// <summary>The value of <see cref="ReportId"/> when the answer names none: the service could not read the header.</summary>
        public const long NoReportId = -1;

        public Answer()
        {
            Clear();
        }

        public AnswerStatus Status { get; internal set; }

        /// <summary>The report that is answered, or <see cref="NoReportId"/>.</summary>
        public long ReportId { get; internal set; }

        /// <summary><c>statusDetails.ErrorCode</c>, such as <c>InvalidPayload</c> or <c>Throttled</c>, or "".</summary>
        public string ErrorCode { get; internal set; } = "";

        /// <summary><c>statusDetails.ErrorMessage</c>, or "".</summary>
        public string ErrorMessage { get; internal set; } = "";

        /// <summary><c>statusDetails.Detail</c>: what a DefenderAgent gateway says beyond AWS's text, or "".</summary>
        public string Detail { get; internal set; } = "";

        public void Clear()
        {
            Status = AnswerStatus.None;
            ReportId = NoReportId;
            ErrorCode = "";
            ErrorMessage = "";
            Detail = "";
        }
    }
}
