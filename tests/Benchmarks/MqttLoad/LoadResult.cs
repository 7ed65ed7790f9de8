using System;
using System.Collections.Generic;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>What came of one run of the driver.</summary>
internal sealed class LoadResult
{
    private readonly List<TimeSpan> _latencies = new(1 << 20);
    private bool _isSorted;

    /// <summary>Reports that were due.</summary>
    public long Offered { get; set; }

    /// <summary>Reports that were sent; the others of those due were held back, because their client waits for as many as it may.</summary>
    public long Sent { get; set; }

    public long Acknowledged => _latencies.Count;

    /// <summary>Connections that the server closed.</summary>
    public int Disconnects { get; set; }

    /// <summary>Answers that are no PUBACK.</summary>
    public int Wrong { get; set; }

    /// <summary>From the first report to the last acknowledgement.</summary>
    public TimeSpan Elapsed { get; set; }

    public long Lost => Sent - Acknowledged;

    public void Add(TimeSpan latency)
    {
        _latencies.Add(latency);
        _isSorted = false;
    }

    /// <summary>Adds all of this run to another.</summary>
    public void CopyTo(LoadResult whole)
    {
        whole.Offered += Offered;
        whole.Sent += Sent;
        whole.Disconnects += Disconnects;
        whole.Wrong += Wrong;
        whole.Elapsed += Elapsed;
        whole._latencies.AddRange(_latencies);
        whole._isSorted = false;
    }

    public long LaterThan(TimeSpan limit) => _latencies.FindAll(latency => latency > limit).Count;

    /// <summary>In milliseconds.</summary>
    public double Percentile(double share)
    {
        if (!_isSorted)
            _latencies.Sort();
        _isSorted = true;
        return _latencies.Count == 0 ? double.NaN : _latencies[(int)Math.Ceiling(share * _latencies.Count) - 1].TotalMilliseconds;
    }
}
