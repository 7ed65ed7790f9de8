namespace Defender.Agent.Core.Reports
{
    // Of no use to an agent that reports in JSON with long names only: a device leaves this file out of its flash.
    public sealed partial class ReportWriter
    {
        private readonly bool _isShort;

        /// <param name="format">The encoding.</param>
        /// <param name="names">Those of the members.</param>
        public ReportWriter(ReportFormat format, ReportNames names)
        {
            _tokens = format == ReportFormat.Cbor ? (TokenWriter)new CborTokenWriter() : new JsonTokenWriter();
            _isShort = names == ReportNames.Short;
        }

        partial void Shorten(ref string name)
        {
            if (_isShort)
                name = ShortNames.Of(name);
        }
    }
}
