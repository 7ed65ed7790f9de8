using System.Text;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.Delivery;

/// <summary>The topics of a format as they are on the wire, so that no report and no answer needs texts for them.</summary>
internal sealed class TopicBytes(ReportTopics names)
{
    public ReportTopics Names { get; } = names;

    public byte[] Report { get; } = Encoding.UTF8.GetBytes(names.Report);

    public byte[] Accepted { get; } = Encoding.UTF8.GetBytes(names.Accepted);

    public byte[] Rejected { get; } = Encoding.UTF8.GetBytes(names.Rejected);
}
