namespace Defender.Agent.Core.Answers
{
    /// <summary>The members of an answer that are read, at their place in the document; the value of any other is passed over.</summary>
    internal enum AnswerMember
    {
        Other,
        Status,
        ReportId,
        StatusDetails,
        ErrorCode,
        ErrorMessage,
        Detail,
    }
}
