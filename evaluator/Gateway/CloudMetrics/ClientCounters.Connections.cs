using System;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Gateway.CloudMetrics;

/// <content>Connections, called by the ledger under its lock; and what is taken at the end of a period.</content>
internal sealed partial class ClientCounters
{
    private const long Never = long.MinValue / 2;

    private IpAddress? _address;
    private int _connections;
    private DateTimeOffset? _disconnectedAt;
    private long _openedIn = Never;

    // The period of its newest connection event, and of the one in a period before that.
    private long _heardIn = Never;
    private long _heardBefore = Never;
    private bool _hasTurned;

    /// <summary>Whether it has a connection now.</summary>
    public bool IsConnected => _connections > 0;

    public void Connect(IpAddress? address)
    {
        lock (_gate)
        {
            PeriodCounts counts = Running();
            counts.Attempts++;
            // The connection that is replaced was here in this period, too.
            if (_connections > 0)
                counts.All.AddAddress(_address);
            counts.All.AddAddress(address);
            Hear();
            if (_connections++ == 0)
            {
                _openedIn = _ledger.Period;
                _hasTurned = true;
            }

            _address = address;
            _disconnectedAt = null;
        }
    }

    /// <summary>Notes that it is there, on whatever connection.</summary>
    public void Notice()
    {
        lock (_gate)
            Hear();
    }

    public void Refuse(IpAddress? address, bool unauthorized)
    {
        lock (_gate)
        {
            PeriodCounts counts = Running();
            counts.Attempts++;
            counts.All.AddAddress(address);
            if (unauthorized)
                CountFailure([]);
            Hear();
        }
    }

    /// <summary>False where no connection was open.</summary>
    public bool Disconnect(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_connections == 0)
                return false;
            PeriodCounts counts = Running();
            counts.Disconnects++;
            counts.All.AddAddress(_address);
            Hear();
            if (--_connections == 0)
            {
                _disconnectedAt = now;
                _hasTurned = true;
            }

            return true;
        }
    }

    /// <summary>Takes up what was known before a restart.</summary>
    public void Restore(DateTimeOffset disconnectedAt)
    {
        lock (_gate)
        {
            if (_connections == 0)
                _disconnectedAt = disconnectedAt;
        }
    }

    /// <summary>Since when it is away, null while it is connected; false where nobody has to know that after a restart.</summary>
    public bool TryGetAbsence(out DateTimeOffset? since)
    {
        lock (_gate)
        {
            since = _disconnectedAt;
            return _series.HasDisconnectDuration && (_connections > 0 || _disconnectedAt is not null);
        }
    }

    /// <summary>Whether it has been away for so long, or never was here and does not try any more.</summary>
    public bool HasLeft(in EndedPeriod ended, TimeSpan awayFor)
    {
        lock (_gate)
            return _connections == 0 && (_disconnectedAt is { } since ? ended.End - since > awayFor : _heardIn < ended.Number - 1);
    }

    /// <summary>
    /// Takes the counts of the periods that ended; false where there is nothing to judge: no series is wanted, or the client has
    /// been away for more than a period and the hour is not full.
    /// </summary>
    /// <param name="ended">The period that ended last.</param>
    /// <param name="values">Takes the values.</param>
    public bool TryTake(in EndedPeriod ended, ClientPeriod values)
    {
        lock (_gate)
        {
            Turn();
            Follow();
            bool isActive = IsActive(ended.Number), hasTurned = _hasTurned;
            if (_firstPeriod <= ended.Number && !_series.All.IsEmpty && (isActive || hasTurned || ended.IsFullHour))
            {
                _hasTurned = false;
                values.Begin(this, ended.End);
                foreach (CloudMetricSeries series in _series.All)
                    Add(series, values, isActive, (hasTurned || ended.IsFullHour) ? AwayFor(ended.End) : null);
            }
            else
            {
                values.Clear();
            }

            // Kept for the next period, unless there was nothing to count in this one: an idle client holds nothing.
            if (_hasEnded)
                _ended!.Clear();
            else
                _ended = null;
            _hasEnded = false;
            return values.Datapoints.Datapoints.Length > 0;
        }
    }

    // Proposed in CONTRACT b: zeros as long as a client is connected, and one period after.
    private bool IsActive(long ended) =>
        (_connections > 0 && _openedIn <= ended) || (_heardIn <= ended ? _heardIn : _heardBefore) >= ended - 1;

    private long? AwayFor(DateTimeOffset end)
    {
        if (_connections > 0)
            return 0;
        return _disconnectedAt is { } since ? Math.Max(0, (long)(end - since).TotalSeconds) : null;
    }

    private void Add(in CloudMetricSeries series, ClientPeriod values, bool isActive, long? awayFor)
    {
        PeriodCounts? counts = _hasEnded ? _ended : null;
        TrafficCounts traffic = series.Place == CloudMetricSeries.AllTopics ? counts?.All ?? default : counts?.ByDimension[series.Place] ?? default;
        if (series.Metric == BuiltInMetrics.DisconnectDuration)
        {
            if (awayFor is { } seconds)
                values.Datapoints.AddCount(series.Metric, seconds);
        }
        else if (!isActive)
        {
            return;
        }
        else if (series.Metric == BuiltInMetrics.MessageByteSize)
        {
            if (traffic.HasMessages)
                values.AddMessageSizes(series.Dimension, traffic.SmallestMessage, traffic.LargestMessage, traffic.MessageBytes);
        }
        else if (series.Metric == BuiltInMetrics.SourceIpAddress)
        {
            if (series.Place == CloudMetricSeries.AllTopics && _connections > 0 && _openedIn < _period)
                traffic.AddAddress(_address);
            values.AddAddresses(series.Dimension, traffic.Addresses);
        }
        else
        {
            values.Datapoints.AddCount(series.Metric, CountOf(series.Metric, counts, traffic), series.Dimension);
        }
    }

    private static long CountOf(Metric metric, PeriodCounts? counts, in TrafficCounts traffic)
    {
        if (metric == BuiltInMetrics.NumConnectionAttempts)
            return counts?.Attempts ?? 0;
        if (metric == BuiltInMetrics.NumDisconnects)
            return counts?.Disconnects ?? 0;
        if (metric == BuiltInMetrics.NumMessagesSent)
            return traffic.Sent;
        return metric == BuiltInMetrics.NumMessagesReceived ? traffic.Received : traffic.AuthorizationFailures;
    }

    private void Hear()
    {
        if (_heardIn != _ledger.Period)
            _heardBefore = _heardIn;
        _heardIn = _ledger.Period;
    }
}
