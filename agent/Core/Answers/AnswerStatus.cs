namespace Defender.Agent.Core.Answers
{
    /// <summary>What the service made of a report.</summary>
    public enum AnswerStatus
    {
        /// <summary>Not said, or not in words we know.</summary>
        None,

        /// <summary><c>ACCEPTED</c></summary>
        Accepted,

        /// <summary><c>REJECTED</c></summary>
        Rejected,
    }
}
