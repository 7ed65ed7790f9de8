using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Logging;
using Defender.Agent.Linux.State;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Makes a report whenever one is due, whether or not there is a gateway. Not safe for several threads.</summary>
internal sealed class ReportMaker
{
    private readonly ReportCollector _collector;
    private readonly ReportWriter _writer;
    private readonly ReportIds _ids;
    private readonly Outbox _outbox;
    private readonly StatusBoard _board;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;
    private readonly ReportSchedule _schedule;
    private readonly long _startedAt;
    private byte[] _payload = GC.AllocateUninitializedArray<byte>(Report.MaxBytes);

    public ReportMaker(
        ReportCollector collector, ReportOptions options, ReportIds ids, Outbox outbox, StatusBoard board, TimeProvider timeProvider, Log log)
    {
        _collector = collector;
        _writer = new ReportWriter(options.Format, options.Names);
        _ids = ids;
        _outbox = outbox;
        _board = board;
        _timeProvider = timeProvider;
        _log = log;
        _startedAt = timeProvider.GetTimestamp();
        _schedule = new ReportSchedule((long)options.Interval.TotalMilliseconds, nowMs: 0);
    }

    /// <summary>How long the next report is overdue; negative while it is not.</summary>
    public TimeSpan Overdue => TimeSpan.FromMilliseconds(NowMs - _schedule.DueMs);

    private long NowMs => (long)_timeProvider.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <summary>Makes one now and then in every interval.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        Signal pause = new(_timeProvider);
        while (true)
        {
            await MakeAsync(end);
            await pause.WaitAsync(TimeSpan.FromMilliseconds(_schedule.WaitMs(NowMs)), end);
        }
    }

    /// <summary>Makes one.</summary>
    public async Task MakeAsync(CancellationToken end)
    {
        try
        {
            await _collector.PrepareAsync(_timeProvider, end);
            Make();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A fault of ours costs this report, never those that follow.
            _log.Unexpected(failure);
        }
        finally
        {
            _schedule.Advance(NowMs);
        }
    }

    private void Make()
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        _collector.Collect(_ids.Next(now.ToUnixTimeSeconds()));
        Report report = _collector.Report;
        if (!_writer.TryWriteTrimmed(report, _payload, 0, _payload.Length, out int length))
            throw new InvalidOperationException("a report without a row fits into the payload of a message");

        LogTrimmed(report);
        _outbox.Add(report.ReportId, ref _payload, length);

        // Its traffic is in it, wherever it waits: the next one counts from here.
        _collector.Acknowledge();
        _board.Status.LastReportId = report.ReportId;
        _board.Status.LastReportAt = now;
        _board.Changed();
    }

    private void LogTrimmed(Report report)
    {
        int ports = report.TcpPorts.Count + report.UdpPorts.Count;
        int allPorts = report.TcpPorts.Total + report.UdpPorts.Total;
        if (ports < allPorts || report.Connections.Count < report.Connections.Total)
            _log.ReportTrimmed(report.ReportId, ports, allPorts, report.Connections.Count, report.Connections.Total);
    }
}
