using Defender.Agent.Core.Things;

namespace Defender.Agent.Core.Reports
{
    /// <summary>The three topics of a thing's reports in one format; the answers come in the format of the report.</summary>
    public sealed partial class ReportTopics
    {
        private readonly string _report;
        private readonly string _accepted;
        private readonly string _rejected;

        /// <summary>Of reports in JSON.</summary>
        public ReportTopics(ThingName thing)
            : this(thing, "json")
        {
        }

        private ReportTopics(ThingName thing, string level)
        {
            _report = "$aws/things/" + thing.Value + "/defender/metrics/" + level;
            _accepted = Report + "/accepted";
            _rejected = Report + "/rejected";
        }

        /// <summary>Where the device publishes.</summary>
        public string Report
        {
            get { return _report; }
        }

        /// <summary>Where the service answers that it took a report.</summary>
        public string Accepted
        {
            get { return _accepted; }
        }

        /// <summary>Where the service answers that it refused one.</summary>
        public string Rejected
        {
            get { return _rejected; }
        }
    }
}
