namespace Defender.Agent.Core.Answers
{
    /// <summary>
    /// Reads the answers to reports, in the format of the reports. Whatever arrives, it neither throws nor takes more than its
    /// fixed room: texts are cut at <see cref="TokenReader.MaxTextBytes"/>, deep or broken documents are refused.
    /// Not safe for several threads.
    /// </summary>
    public sealed partial class AnswerScanner
    {
        private readonly TokenReader _tokens;

        /// <summary>Of answers in JSON.</summary>
        public AnswerScanner()
        {
            _tokens = new JsonTokenReader();
        }

        /// <summary>Reads one whole document.</summary>
        /// <returns>True when it is well-formed and says accepted or rejected; otherwise the answer is empty.</returns>
        public bool TryScan(byte[] buffer, int offset, int length, Answer answer)
        {
            answer.Clear();
            if (offset < 0 || length < 0 || offset > buffer.Length - length)
                return false;

            _tokens.Start(buffer, offset, length);
            if (ScanDocument(answer) && answer.Status != AnswerStatus.None)
                return true;

            answer.Clear();
            return false;
        }

        private bool ScanDocument(Answer answer)
        {
            if (_tokens.Next() != Token.MapStart)
                return false;

            int depth = 1;
            bool inDetails = false;
            AnswerMember member = AnswerMember.Other;
            while (true)
            {
                Token token = _tokens.Next();
                switch (token)
                {
                    case Token.Name:
                        member = depth == 1 ? MemberOf() : depth == 2 && inDetails ? DetailOf() : AnswerMember.Other;
                        break;
                    case Token.MapStart:
                    case Token.ListStart:
                        depth++;
                        inDetails = inDetails || (depth == 2 && token == Token.MapStart && member == AnswerMember.StatusDetails);
                        member = AnswerMember.Other;
                        break;
                    case Token.MapEnd:
                    case Token.ListEnd:
                        depth--;
                        inDetails = inDetails && depth >= 2;
                        break;
                    case Token.Text:
                        TakeText(answer, member);
                        break;
                    case Token.Integer:
                        if (member == AnswerMember.ReportId)
                            answer._reportId = _tokens.Integer;
                        break;
                    case Token.Other:
                        break;
                    default:
                        return token == Token.End;
                }
            }
        }

        private void TakeText(Answer answer, AnswerMember member)
        {
            switch (member)
            {
                case AnswerMember.Status:
                    answer._status = _tokens.TextIs("ACCEPTED") ? AnswerStatus.Accepted
                        : _tokens.TextIs("REJECTED") ? AnswerStatus.Rejected
                        : AnswerStatus.None;
                    break;
                case AnswerMember.ErrorCode:
                    answer._errorCode = _tokens.TextAsString();
                    break;
                case AnswerMember.ErrorMessage:
                    answer._errorMessage = _tokens.TextAsString();
                    break;
                case AnswerMember.Detail:
                    answer._detail = _tokens.TextAsString();
                    break;
                default:
                    break;
            }
        }

        private AnswerMember MemberOf()
        {
            return _tokens.TextIs("status") ? AnswerMember.Status
                : _tokens.TextIs("reportId") ? AnswerMember.ReportId
                : _tokens.TextIs("statusDetails") ? AnswerMember.StatusDetails
                : AnswerMember.Other;
        }

        private AnswerMember DetailOf()
        {
            return _tokens.TextIs("ErrorCode") ? AnswerMember.ErrorCode
                : _tokens.TextIs("ErrorMessage") ? AnswerMember.ErrorMessage
                : _tokens.TextIs("Detail") ? AnswerMember.Detail
                : AnswerMember.Other;
        }
    }
}
