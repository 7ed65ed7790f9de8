namespace Defender.Agent.Core.Answers
{
    /// <summary>What an accepted or rejected document says, as far as an agent acts on it or logs it.</summary>
    public sealed class Answer
    {
        /// <summary>The value of <see cref="ReportId"/> when the answer names none: the service could not read the header.</summary>
        public const long NoReportId = -1;

        // The scanner's to fill; an accessor for it would be a method more in a device's flash.
        internal AnswerStatus _status;
        internal long _reportId;
        internal string _errorCode = "";
        internal string _errorMessage = "";
        internal string _detail = "";

        public Answer()
        {
            Clear();
        }

        public AnswerStatus Status
        {
            get { return _status; }
        }

        /// <summary>The report that is answered, or <see cref="NoReportId"/>.</summary>
        public long ReportId
        {
            get { return _reportId; }
        }

        /// <summary><c>statusDetails.ErrorCode</c>, such as <c>InvalidPayload</c> or <c>Throttled</c>, or "".</summary>
        public string ErrorCode
        {
            get { return _errorCode; }
        }

        /// <summary><c>statusDetails.ErrorMessage</c>, or "".</summary>
        public string ErrorMessage
        {
            get { return _errorMessage; }
        }

        /// <summary><c>statusDetails.Detail</c>: what a DefenderAgent gateway says beyond AWS's text, or "".</summary>
        public string Detail
        {
            get { return _detail; }
        }

        public void Clear()
        {
            _status = AnswerStatus.None;
            _reportId = NoReportId;
            _errorCode = "";
            _errorMessage = "";
            _detail = "";
        }
    }
}
