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
            string member = "";
            while (true)
            {
                Token token = _tokens.Next();
                switch (token)
                {
                    case Token.Name:
                        member = depth == 1 || (depth == 2 && inDetails) ? _tokens.TextAsString() : "";
                        break;
                    case Token.MapStart:
                    case Token.ListStart:
                        depth++;
                        inDetails = inDetails || (depth == 2 && token == Token.MapStart && member == "statusDetails");
                        member = "";
                        break;
                    case Token.MapEnd:
                    case Token.ListEnd:
                        depth--;
                        inDetails = inDetails && depth >= 2;
                        break;
                    case Token.Text:
                        TakeText(answer, member, inDetails);
                        break;
                    case Token.Integer:
                        if (!inDetails && member == "reportId")
                            answer.ReportId = _tokens.Integer;
                        break;
                    case Token.Other:
                        break;
                    default:
                        return token == Token.End;
                }
            }
        }

        private void TakeText(Answer answer, string member, bool inDetails)
        {
            if (!inDetails)
            {
                if (member == "status")
                    answer.Status = StatusOf(_tokens.TextAsString());
                return;
            }

            switch (member)
            {
                case "ErrorCode":
                    answer.ErrorCode = _tokens.TextAsString();
                    break;
                case "ErrorMessage":
                    answer.ErrorMessage = _tokens.TextAsString();
                    break;
                case "Detail":
                    answer.Detail = _tokens.TextAsString();
                    break;
                default:
                    break;
            }
        }

        private static AnswerStatus StatusOf(string text)
        {
            return text switch
            {
                "ACCEPTED" => AnswerStatus.Accepted,
                "REJECTED" => AnswerStatus.Rejected,
                _ => AnswerStatus.None,
            };
        }
    }
}
