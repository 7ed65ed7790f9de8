namespace Defender.Agent.Core.Reports
{
    /// <summary>Where the highest report id that may have been used survives a restart: a file, or a sector of flash.</summary>
    public interface IReportIdStore
    {
        /// <summary>Reads what was written last.</summary>
        /// <returns>False, with 0, when nothing was written yet or it cannot be read.</returns>
        bool TryRead(out long ceiling);

        /// <summary>Writes it, so that it survives a power loss from when this returns.</summary>
        /// <returns>False when it could not be written; the next report tries again.</returns>
        bool TryWrite(long ceiling);
    }
}
