using System;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.State;

/// <summary>
/// Report ids that only grow: over restarts, reboots, a clock that goes back, and the loss of the state file as far as the clock goes.
/// They are spoken for ahead, as many as <see cref="Reserved"/> reports need, so that the disk is written about once a day at 300 s.
/// After a loss of power the ids go on behind those: up to that far ahead of the clock, and one by one until it has caught up.
/// </summary>
internal sealed class ReportIds
{
    /// <summary>Reports whose ids are spoken for at a time.</summary>
    public const int Reserved = 256;

    private readonly KeptState _state;
    private readonly ReportId _ids;
    private readonly long _stride;

    /// <param name="state">What was kept.</param>
    /// <param name="newestKept">The highest id of a report that waits; 0 without.</param>
    /// <param name="interval">Between reports: ids are epoch seconds, so each takes so many.</param>
    public ReportIds(KeptState state, long newestKept, TimeSpan interval)
    {
        _state = state;
        _ids = new ReportId(Math.Max(state.Ceiling, newestKept));
        _stride = Reserved * Math.Max(1, (long)Math.Ceiling(interval.TotalSeconds));
        // What is reserved already may have been used.
        Ceiling = _ids.Last;
    }

    /// <summary>The id given out last, or the one that was kept.</summary>
    public long Last => _ids.Last;

    /// <summary>Up to here ids may be given out without writing.</summary>
    public long Ceiling { get; private set; }

    /// <summary>max(last + 1, epoch seconds); its reservation is on the disk before it is returned, where there is one.</summary>
    public long Next(long epochSeconds)
    {
        long id = _ids.Next(epochSeconds);
        if (id > Ceiling)
        {
            Ceiling = id > long.MaxValue - _stride ? long.MaxValue : id + _stride;
            _state.Reserve(Ceiling);
        }

        return id;
    }
}
