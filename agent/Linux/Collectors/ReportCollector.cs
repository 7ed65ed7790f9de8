using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors.Interfaces;
using Defender.Agent.Linux.Collectors.Netlink;
using Defender.Agent.Linux.Logging;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// Fills the report from this machine. Each block stands alone: when its collector fails, the block is absent from this report,
/// the log says so, and the rest goes out.
/// </summary>
internal sealed class ReportCollector
{
    /// <summary>Interfaces whose traffic is followed; a gateway of containers may have hundreds.</summary>
    private const int MaxInterfaces = 1024;

    private const int MaxAttempts = 4;

    private readonly DeltaCounters _deltas = new(MaxInterfaces);

    // Made once: a delegate made for each report would be garbage.
    private readonly Func<int> _refreshTable;
    private readonly Func<int> _collectTcp;
    private readonly Func<int> _collectUdp;
    private readonly Func<int> _sampleCounters;
    private readonly SocketCollector _sockets;
    private readonly IAddressTable _addresses;
    private readonly ICounterSource _counters;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private string _loggedInterfaces = "";

    public ReportCollector(
        ISocketSource sockets, IAddressTable addresses, ICounterSource counters, CollectorOptions options, TimeProvider timeProvider, Log log)
    {
        _sockets = new SocketCollector(sockets, addresses, options.Caps.Connections);
        _addresses = addresses;
        _counters = counters;
        _timeProvider = timeProvider;
        _log = log;
        Report = new Report(options.Caps.Ports, options.Caps.Connections);
        _refreshTable = RefreshTable;
        _collectTcp = () => _sockets.CollectTcp(Report);
        _collectUdp = () => _sockets.CollectUdp(Report);
        _sampleCounters = SampleCounters;
    }

    /// <summary>Bytes that <see cref="SaveBase"/> writes at most.</summary>
    public const int MaxBaseBytes = 40 * 1024;

    /// <summary>What the counters belong to; a base of another place is not taken up as it is.</summary>
    public CounterPlace Place { get; init; }

    /// <summary>The report filled last; filled anew by each <see cref="Collect"/>.</summary>
    public Report Report { get; }

    /// <summary>What is in the report beside AWS's own metrics; null for nothing.</summary>
    public CustomMetricCollector? CustomMetrics { get; set; }

    /// <summary>The collector of this machine; the log names what each of its sources reads.</summary>
    public static ReportCollector ForThisMachine(CollectorOptions options, TimeProvider timeProvider, Log log)
    {
        KernelSources sources = KernelSources.Choose(options);
        log.SourcesChosen(sources.Tcp, sources.Udp, sources.Interfaces, sources.Counters);
        return new ReportCollector(sources.Sockets, sources.Table, sources.CounterSource, options, timeProvider, log)
        {
            Place = CounterPlace.OfThisProcess(),
        };
    }

    /// <summary>Takes the sample that the deltas of the first report are counted from; without it that report has none.</summary>
    public void TakeBase()
    {
        Guard("interfaces", _refreshTable);
        Guard("network_stats", _sampleCounters);
    }

    /// <summary>
    /// Takes what needs time before the next <see cref="Collect"/>: the commands of custom metrics, for as long as the longest of
    /// their timeouts, and their files, for five seconds. Done at once where there are none.
    /// </summary>
    public Task PrepareAsync(TimeProvider clock, CancellationToken cancellationToken) =>
        CustomMetrics?.PrepareAsync(clock, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Fills the report.</summary>
    public void Collect(long reportId)
    {
        Report.Begin(reportId);
        Guard("interfaces", _refreshTable);
        Guard("tcp", _collectTcp);
        Guard("udp", _collectUdp);
        if (Guard("network_stats", _sampleCounters))
            _deltas.Read(Report.NetworkStats);
        CustomMetrics?.AddTo(Report.CustomMetrics);
    }

    /// <summary>The report filled last was accepted: the next deltas count from it.</summary>
    public void Acknowledge() => _deltas.Acknowledge(Report.NetworkStats);

    /// <summary>
    /// Saves what the next deltas count from: the last sample, and the traffic that no accepted report has carried. To be saved
    /// anew after each <see cref="Acknowledge"/>, together with the report that it belongs to.
    /// </summary>
    /// <param name="destination">Up to <see cref="MaxBaseBytes"/> are written.</param>
    /// <returns>Bytes written; 0 when there is no base yet, or it does not fit.</returns>
    public int SaveBase(Span<byte> destination) => SavedBase.Write(_deltas, Place, WallMs, UptimeMs, destination);

    /// <summary>Takes up a saved base, before the first report and the first <see cref="TakeBase"/>.</summary>
    /// <param name="saved">What <see cref="SaveBase"/> wrote, in this process's boot or before it.</param>
    /// <returns>
    /// False, and nothing is changed, when the bytes are no base of this version, or it is not certain what was counted since:
    /// the first report then leaves traffic out.
    /// </returns>
    public bool TryRestoreBase(ReadOnlySpan<byte> saved) => SavedBase.TryRead(_deltas, Place, WallMs, UptimeMs, saved);

    private long WallMs => _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    // TimeProvider.System counts from the start of the machine: comparable between processes of one boot.
    private long UptimeMs => (long)(_timeProvider.GetTimestamp() / (_timeProvider.TimestampFrequency / 1000.0));

    private int RefreshTable()
    {
        _addresses.Refresh();
        return 0;
    }

    private int SampleCounters()
    {
        int odd = _counters.Sample(_deltas, UptimeMs);
        if (_counters.CountedInterfaces != _loggedInterfaces)
        {
            _loggedInterfaces = _counters.CountedInterfaces;
            _log.InterfacesCounted(_loggedInterfaces);
        }

        return odd;
    }

    // Whatever goes wrong in a collector (a full descriptor table, a kernel that prints something new) costs its block only.
    private bool Guard(string collector, Func<int> collect)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                int odd = collect();
                if (odd > 0)
                    _log.OddRows(collector, odd);
                return true;
            }
            catch (DumpInterruptedException) when (attempt < MaxAttempts)
            {
                // The table changed while the kernel listed it.
            }
            catch (Exception failure)
            {
                _log.CollectorFailed(collector, failure);
                return false;
            }
        }
    }
}
