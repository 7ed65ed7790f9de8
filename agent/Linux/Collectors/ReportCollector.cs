using System;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// Fills the report from this machine. Each block stands alone: when its collector fails, the block is absent from this report,
/// the log says so, and the rest goes out.
/// </summary>
internal sealed class ReportCollector
{
    /// <summary>Interfaces whose traffic is followed; a gateway of containers may have hundreds.</summary>
    private const int MaxInterfaces = 1024;

    private readonly DeltaCounters _deltas = new(MaxInterfaces);
    private readonly SocketCollector _sockets;
    private readonly IAddressTable _addresses;
    private readonly ICounterSource _counters;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly long _startedAt;
    private string _loggedInterfaces = "";

    public ReportCollector(
        ISocketSource sockets, IAddressTable addresses, ICounterSource counters, ReportCaps caps, TimeProvider timeProvider, Log log)
    {
        _sockets = new SocketCollector(sockets, addresses, caps.Connections);
        _addresses = addresses;
        _counters = counters;
        _timeProvider = timeProvider;
        _log = log;
        _startedAt = timeProvider.GetTimestamp();
        Report = new Report(caps.Ports, caps.Connections);
    }

    /// <summary>The report filled last; filled anew by each <see cref="Collect"/>.</summary>
    public Report Report { get; }

    /// <summary>The collector over /proc and /sys of this machine.</summary>
    public static ReportCollector ForThisMachine(ReportCaps caps, TimeProvider timeProvider, Log log) => new(
        new ProcSocketSource("/proc/self/net"),
        new SystemAddressTable(),
        new ProcCounterSource("/proc/self/net", "/sys/class/net"),
        caps,
        timeProvider,
        log);

    /// <summary>Takes the sample that the deltas of the first report are counted from; without it that report has none.</summary>
    public void TakeBase() => Guard("network_stats", SampleCounters);

    /// <summary>Fills the report.</summary>
    public void Collect(long reportId)
    {
        Report.Begin(reportId);
        Guard("addresses", () =>
        {
            _addresses.Refresh();
            return 0;
        });
        Guard("tcp", () => _sockets.CollectTcp(Report));
        Guard("udp", () => _sockets.CollectUdp(Report));
        Guard("network_stats", () =>
        {
            int odd = SampleCounters();
            _deltas.Read(Report.NetworkStats);
            return odd;
        });
    }

    /// <summary>The report filled last was accepted: the next deltas count from it.</summary>
    public void Acknowledge() => _deltas.Acknowledge(Report.NetworkStats);

    private int SampleCounters()
    {
        int odd = _counters.Sample(_deltas, (long)_timeProvider.GetElapsedTime(_startedAt).TotalMilliseconds);
        if (_counters.CountedInterfaces != _loggedInterfaces)
        {
            _loggedInterfaces = _counters.CountedInterfaces;
            _log.InterfacesCounted(_loggedInterfaces);
        }

        return odd;
    }

    // Whatever goes wrong in a collector (a full descriptor table, a kernel that prints something new) costs its block only.
    private void Guard(string collector, Func<int> collect)
    {
        try
        {
            int odd = collect();
            if (odd > 0)
                _log.OddRows(collector, odd);
        }
        catch (Exception failure)
        {
            _log.CollectorFailed(collector, failure);
        }
    }
}
