using Defender.Agent.Core.Things;

namespace Defender.Agent.Core.Reports
{
    /// <summary>The three topics of a thing's reports in one format; the answers come in the format of the report.</summary>
    public sealed class ReportTopics
    {
        public ReportTopics(ThingName thing, ReportFormat format)
        {
            string level = format == ReportFormat.Cbor ? "cbor" : "json";
            Report = "$aws/things/" + thing.Value + "/defender/metrics/" + level;
            Accepted = Report + "/accepted";
            Rejected = Report + "/rejected";
        }

        /// <summary>Where the device publishes.</summary>
        public string Report { get; }

        /// <summary>Where the service answers that it took a report.</summary>
        public string Accepted { get; }

        /// <summary>Where the service answers that it refused one.</summary>
        public string Rejected { get; }
    }
}
