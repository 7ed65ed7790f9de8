namespace Defender.Agent.Core.Reports
{
    /// <summary>Which of the two names of each member a report carries; AWS reads both.</summary>
    public enum ReportNames
    {
        /// <summary><c>listening_tcp_ports</c>, <c>remote_addr</c>, ...</summary>
        Long,

        /// <summary><c>tp</c>, <c>rad</c>, ...: about a third less JSON.</summary>
        Short,
    }
}
