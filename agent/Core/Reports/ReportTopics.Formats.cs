using Defender.Agent.Core.Things;

namespace Defender.Agent.Core.Reports
{
    // Of no use to an agent that reports in JSON only: a device leaves this file out of its flash.
    public sealed partial class ReportTopics
    {
        public ReportTopics(ThingName thing, ReportFormat format)
            : this(thing, format == ReportFormat.Cbor ? "cbor" : "json")
        {
        }
    }
}
