using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Writes reports to standard output. A printed report counts as accepted: the next deltas count from it.</summary>
internal sealed class ReportPrinter(ReportCollector collector, CollectArguments arguments, Stream output, TimeProvider timeProvider)
{
    private readonly ReportWriter _writer = new(arguments.Report.Format, arguments.Report.Names);
    private readonly ReportId _reportIds = new(last: 0);
    private readonly byte[] _payload = new byte[Report.MaxBytes];
    private readonly long _startedAt = timeProvider.GetTimestamp();

    private long NowMs => (long)timeProvider.GetElapsedTime(_startedAt).TotalMilliseconds;

    public async Task RunAsync(CancellationToken stop)
    {
        if (arguments.Window > TimeSpan.Zero)
        {
            collector.TakeBase();
            await Task.Delay(arguments.Window, timeProvider, stop);
        }

        ReportSchedule schedule = new((long)arguments.Interval.TotalMilliseconds, NowMs);
        Print();
        while (!arguments.Once)
        {
            schedule.Advance(NowMs);
            await Task.Delay(TimeSpan.FromMilliseconds(schedule.WaitMs(NowMs)), timeProvider, stop);
            Print();
        }
    }

    private void Print()
    {
        collector.Collect(_reportIds.Next(timeProvider.GetUtcNow().ToUnixTimeSeconds()));
        if (!_writer.TryWriteTrimmed(collector.Report, _payload, 0, _payload.Length, out int length))
            throw new InvalidOperationException("a report without a row fits into the payload of a message");

        output.Write(_payload, 0, length);
        if (arguments.Report.Format == ReportFormat.Json)
            output.WriteByte((byte)'\n');
        output.Flush();
        collector.Acknowledge();
    }
}
