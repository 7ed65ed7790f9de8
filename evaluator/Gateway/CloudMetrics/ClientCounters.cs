using System;
using System.Numerics;
using System.Text;
using System.Threading;
using Defender.Gateway.Control;

namespace Defender.Gateway.CloudMetrics;

/// <summary>
/// Counts what one client does, over all its connections. Thread-safe: a call costs a lock that is hardly ever waited for,
/// and allocates nothing once the client has been seen on its topics.
/// </summary>
internal sealed partial class ClientCounters
{
    private readonly ClientLedger _ledger;
    private readonly Lock _gate = new();
    private readonly long _firstPeriod;
    private EvaluationRules? _rules;
    private CloudSeries _series = CloudSeries.None;
    private TopicCache? _topics;
    private byte[]? _clientIdUtf8;

    // Counts of the running period, and of those that ended and were not taken yet; null while there was nothing to count.
    private PeriodCounts? _current;
    private PeriodCounts? _ended;
    private bool _hasEnded;
    private long _period;

    public ClientCounters(ClientLedger ledger, string clientId)
    {
        _ledger = ledger;
        ClientId = clientId;
        _firstPeriod = _period = ledger.Period;
    }

    /// <summary>The MQTT client id, by which a thing is known (CONTRACT a.1).</summary>
    public string ClientId { get; }

    /// <summary>The same in UTF-8; made when it is first wanted, which it is where a profile applies.</summary>
    public ReadOnlySpan<byte> ClientIdUtf8 => _clientIdUtf8 ??= Encoding.UTF8.GetBytes(ClientId);

    /// <summary>A message of the device.</summary>
    public void Sent(ReadOnlySpan<byte> topic, int payloadBytes)
    {
        lock (_gate)
        {
            PeriodCounts counts = Running();
            counts.All.AddSent(payloadBytes);
            for (uint places = Selecting(topic); places != 0; places &= places - 1)
            {
                ref TrafficCounts narrowed = ref counts.ByDimension[BitOperations.TrailingZeroCount(places)];
                narrowed.AddSent(payloadBytes);
                narrowed.AddAddress(_address);
            }
        }
    }

    /// <summary>A message to the device.</summary>
    public void Received(ReadOnlySpan<byte> topic, int payloadBytes)
    {
        lock (_gate)
        {
            PeriodCounts counts = Running();
            counts.All.AddReceived(payloadBytes);
            for (uint places = Selecting(topic); places != 0; places &= places - 1)
                counts.ByDimension[BitOperations.TrailingZeroCount(places)].AddReceived(payloadBytes);
        }
    }

    /// <summary>An operation that was denied.</summary>
    /// <param name="topic">Its topic or filter; empty for CONNECT.</param>
    public void AuthorizationFailure(ReadOnlySpan<byte> topic)
    {
        lock (_gate)
            CountFailure(topic);
    }

    /// <summary>A connection has ended.</summary>
    public void Closed() => _ledger.Close(this);

    private void CountFailure(ReadOnlySpan<byte> topic)
    {
        PeriodCounts counts = Running();
        counts.All.AuthorizationFailures++;
        for (uint places = Selecting(topic); places != 0; places &= places - 1)
        {
            ref TrafficCounts narrowed = ref counts.ByDimension[BitOperations.TrailingZeroCount(places)];
            narrowed.AuthorizationFailures++;
            narrowed.AddAddress(_address);
        }
    }

    private PeriodCounts Running()
    {
        Turn();
        Follow();
        if (_current is null)
        {
            _current = new PeriodCounts();
            _current.Rearrange([], _series.Dimensions);
        }

        return _current;
    }

    private uint Selecting(ReadOnlySpan<byte> topic) => _topics is null ? 0 : _topics.Selecting(_series, topic, ClientIdUtf8);

    // The first call after a period's end puts its counts aside. What nobody took yet becomes part of the next one taken.
    private void Turn()
    {
        long period = _ledger.Period;
        if (_period == period)
            return;
        _period = period;
        if (_current is null)
            return;
        if (_hasEnded)
        {
            _ended!.Add(_current);
            _current.Clear();
        }
        else
        {
            (_current, _ended) = (_ended, _current);
            _hasEnded = true;
        }
    }

    private void Follow()
    {
        EvaluationRules rules = _ledger.Rules;
        if (ReferenceEquals(_rules, rules))
            return;
        _rules = rules;
        CloudSeries series = _ledger.SeriesOf(ClientId, rules);
        if (ReferenceEquals(series, _series))
            return;
        _current?.Rearrange(_series.Dimensions, series.Dimensions);
        _ended?.Rearrange(_series.Dimensions, series.Dimensions);
        _series = series;
        _topics?.Clear();
        if (series.Dimensions.IsEmpty)
            _topics = null;
        else
            _topics ??= new TopicCache();
    }
}
