using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Writes reports to standard output. A printed report counts as accepted: the next deltas count from it.</summary>
internal sealed class ReportPrinter(ReportCollector collector, ReportFormat format, ReportNames names, Stream output, TimeProvider timeProvider)
{
    private readonly ReportWriter _writer = new(format, names);
    private readonly ReportId _reportIds = new(last: 0);
    private readonly byte[] _payload = GC.AllocateUninitializedArray<byte>(Report.MaxBytes);
    private readonly long _startedAt = timeProvider.GetTimestamp();

    private long NowMs => (long)timeProvider.GetElapsedTime(_startedAt).TotalMilliseconds;

    /// <param name="window">How long the counters are watched before the first report; zero leaves traffic out of it.</param>
    /// <param name="interval">Between reports.</param>
    /// <param name="once">Whether one is enough.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(TimeSpan window, TimeSpan interval, bool once, CancellationToken stop)
    {
        if (window > TimeSpan.Zero)
        {
            collector.TakeBase();
            await Task.Delay(window, timeProvider, stop);
        }

        ReportSchedule schedule = new((long)interval.TotalMilliseconds, NowMs);
        await PrintAsync(stop);
        while (!once)
        {
            schedule.Advance(NowMs);
            await Task.Delay(TimeSpan.FromMilliseconds(schedule.WaitMs(NowMs)), timeProvider, stop);
            await PrintAsync(stop);
        }
    }

    private async Task PrintAsync(CancellationToken stop)
    {
        await collector.PrepareAsync(timeProvider, stop);
        collector.Collect(_reportIds.Next(timeProvider.GetUtcNow().ToUnixTimeSeconds()));
        if (!_writer.TryWriteTrimmed(collector.Report, _payload, 0, _payload.Length, out int length))
            throw new InvalidOperationException("a report without a row fits into the payload of a message");

        output.Write(_payload, 0, length);
        if (format == ReportFormat.Json)
            output.WriteByte((byte)'\n');
        output.Flush();
        collector.Acknowledge();
    }
}
