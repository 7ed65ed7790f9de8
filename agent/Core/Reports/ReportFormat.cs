namespace Defender.Agent.Core.Reports
{
    /// <summary>The encoding of reports, and with it of the topics and of the answers.</summary>
    public enum ReportFormat
    {
        /// <summary>JSON, topic level <c>json</c>.</summary>
        Json,

        /// <summary>CBOR, topic level <c>cbor</c>: about half the bytes.</summary>
        Cbor,
    }
}
