using System.Text;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Core.Answers
{
    /// <summary>
    /// Reads the answers to reports, in the format of the reports. Whatever arrives, it neither throws nor takes more than its
    /// fixed room: texts are cut at <see cref="TokenReader.MaxTextBytes"/>, deep or broken documents are refused.
    /// Not safe for several threads.
    /// </summary>
    public sealed class AnswerScanner
    {
        // Bytes, so that an answer that accepts is read without making a text.
        private readonly byte[] _statusName = Encoding.UTF8.GetBytes("status");
        private readonly byte[] _reportIdName = Encoding.UTF8.GetBytes("reportId");
        private readonly byte[] _statusDetailsName = Encoding.UTF8.GetBytes("statusDetails");
        private readonly byte[] _errorCodeName = Encoding.UTF8.GetBytes("ErrorCode");
        private readonly byte[] _errorMessageName = Encoding.UTF8.GetBytes("ErrorMessage");
        private readonly byte[] _detailName = Encoding.UTF8.GetBytes("Detail");
        private readonly byte[] _acceptedWord = Encoding.UTF8.GetBytes("ACCEPTED");
        private readonly byte[] _rejectedWord = Encoding.UTF8.GetBytes("REJECTED");
        private readonly TokenReader _tokens;

        public AnswerScanner(ReportFormat format)
        {
            _tokens = format == ReportFormat.Cbor ? (TokenReader)new CborTokenReader() : new JsonTokenReader();
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
                            answer.ReportId = _tokens.Integer;
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
                    answer.Status = _tokens.TextIs(_acceptedWord) ? AnswerStatus.Accepted
                        : _tokens.TextIs(_rejectedWord) ? AnswerStatus.Rejected
                        : AnswerStatus.None;
                    break;
                case AnswerMember.ErrorCode:
                    answer.ErrorCode = _tokens.TextAsString();
                    break;
                case AnswerMember.ErrorMessage:
                    answer.ErrorMessage = _tokens.TextAsString();
                    break;
                case AnswerMember.Detail:
                    answer.Detail = _tokens.TextAsString();
                    break;
                default:
                    break;
            }
        }

        private AnswerMember MemberOf()
        {
            return _tokens.TextIs(_statusName) ? AnswerMember.Status
                : _tokens.TextIs(_reportIdName) ? AnswerMember.ReportId
                : _tokens.TextIs(_statusDetailsName) ? AnswerMember.StatusDetails
                : AnswerMember.Other;
        }

        private AnswerMember DetailOf()
        {
            return _tokens.TextIs(_errorCodeName) ? AnswerMember.ErrorCode
                : _tokens.TextIs(_errorMessageName) ? AnswerMember.ErrorMessage
                : _tokens.TextIs(_detailName) ? AnswerMember.Detail
                : AnswerMember.Other;
        }
    }
}
