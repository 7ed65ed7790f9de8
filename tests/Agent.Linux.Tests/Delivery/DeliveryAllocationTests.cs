using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Things;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Logging;
using Defender.Agent.Linux.Tests.Collectors;
using Defender.Agent.Linux.Tests.Tls;
using Defender.Agent.Linux.Tls;
using Defender.Mqtt;
using Xunit;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>The whole way of a report allocates nothing: collected, written, sent, acknowledged, answered, settled, logged, in the status file.</summary>
public sealed class DeliveryAllocationTests : IDisposable
{
    // More than the ids that are reserved at a time, so that the state file is in it once.
    private const int Reports = 300;

    // The JIT's first code of a method boxes what the optimised, and that of the native build, does not: it is waited out.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false, "json")]
    [InlineData(true, "json")]
    [InlineData(true, "cbor")]
    public void Report_after_report_allocates_nothing_until_it_is_settled(bool usesTls, string format)
    {
        MqttVersion version = format == "cbor" ? MqttVersion.V311 : MqttVersion.V5;
        using AnsweringServer server = new(version, usesTls ? _authority : null);
        using CancellationTokenSource stop = new(Deadline);
        SkippingTime time = new();
        using MeasuringWriter lines = new(Reports, time, stop);
        Assert.True(ThingName.TryParse("pump-17", out ThingName? thing, out _));
        Log log = new(lines, time);
        // Not this machine's sockets: a table that changes while the kernel lists it is listed again, which is an exception.
        RunningLoop.Machine machine = new() { Connections = 20 };
        ReportCollector collector = new(machine, new FakeAddresses(), machine, new CollectorOptions(), time, log);
        ReportOptions options = new()
        {
            Thing = thing,
            Format = format == "cbor" ? ReportFormat.Cbor : ReportFormat.Json,
            Interval = Interval,
        };
        DeliveryOptions delivery = new()
        {
            Endpoint = new Endpoint("127.0.0.1", server.Port, usesTls),
            Version = version,
            Tls = new TlsOptions { Implementation = usesTls ? TlsImplementation.OpenSsl : TlsImplementation.Auto, RootCaFile = _authority.RootFile },
            StateDirectory = Path.Combine(_folder.Path, "state"),
            StatusFile = Path.Combine(_folder.Path, "status.json"),
        };

        bool isAccepted = new ReportDelivery(collector, options, delivery, NoLiveness.Instance, new Random(17), time, log).Run(stop.Token);

        Assert.True(isAccepted, lines.ToString());
        Assert.True(lines.Free == Reports, $"{lines.Free} of {Reports} reports in a row allocated nothing, the last bytes were {string.Join(' ', lines.Last)}");
        Assert.True(File.Exists(delivery.StatusFile));
        Assert.NotEmpty(Directory.GetFileSystemEntries(delivery.StateDirectory!));
    }

    /// <summary>The system's clock, put forward: after each report the next one is due, a keep-alive and the status file too.</summary>
    private sealed class SkippingTime : TimeProvider
    {
        private TimeSpan _skipped;

        public override long TimestampFrequency => System.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _skipped;

        public override long GetTimestamp() => System.GetTimestamp() + (long)(_skipped.TotalSeconds * TimestampFrequency);

        public void Skip(TimeSpan time) => _skipped += time;
    }

    /// <summary>The log of the agent: what its thread has allocated is read whenever a report is accepted.</summary>
    private sealed class MeasuringWriter(int reports, SkippingTime time, CancellationTokenSource stop) : TextWriter
    {
        private readonly StringBuilder _others = new();
        private readonly Queue<long> _last = new(21);
        private long _before;

        /// <summary>Reports in a row that allocated nothing, up to now.</summary>
        public int Free { get; private set; }

        /// <summary>Bytes that the last twenty allocated.</summary>
        public IEnumerable<long> Last => _last;

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(char[] buffer, int index, int count)
        {
            ReadOnlySpan<char> line = buffer.AsSpan(index, count);
            if (line.EndsWith(" accepted"))
                Measure();
            else if (!line.Contains(" 300 ", StringComparison.Ordinal))
                _others.Append(line).AppendLine();
        }

        public override string ToString() => _others.ToString();

        private void Measure()
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (Free < reports)
            {
                Free = now == _before ? Free + 1 : 0;
                _last.Enqueue(now - _before);
                if (_last.Count > 20)
                    _last.Dequeue();
            }

            if (Free == reports)
                stop.Cancel();
            time.Skip(Interval);
            _before = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
