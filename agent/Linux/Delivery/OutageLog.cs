using System;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.Delivery;

/// <summary>
/// Says that the gateway is away: at once, then one line a minute with the count of attempts, and one line when it is back.
/// A connection that ends before it took a report has not ended the outage, so an endpoint that takes connections and drops
/// them is not logged at every turn.
/// </summary>
internal sealed class OutageLog(string endpoint, TimeProvider timeProvider, Log log)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private int _failures;
    private long _since;
    private long _lastLine;
    private bool _saidBack;

    /// <summary>The connection stands.</summary>
    public void Connected(ConnectionFacts facts)
    {
        if (_failures == 0)
        {
            log.Connected(endpoint, facts);
        }
        else if (!_saidBack)
        {
            _saidBack = true;
            _lastLine = timeProvider.GetTimestamp();
            log.GatewayBack(endpoint, facts, _failures, timeProvider.GetElapsedTime(_since));
        }
    }

    /// <summary>The gateway took a report: any outage is over.</summary>
    public void Delivered() => _failures = 0;

    /// <summary>An attempt failed, or a connection ended.</summary>
    public void Failed(Exception failure, bool wasConnected)
    {
        long now = timeProvider.GetTimestamp();
        _failures++;
        if (_failures == 1)
        {
            _since = now;
            if (wasConnected)
                log.ConnectionLost(endpoint, failure);
            else
                log.GatewayAway(endpoint, failure);
        }
        else if (timeProvider.GetElapsedTime(_lastLine, now) >= Period)
        {
            log.GatewayStillAway(endpoint, _failures, timeProvider.GetElapsedTime(_since, now), failure);
        }
        else
        {
            return;
        }

        _lastLine = now;
        _saidBack = false;
    }
}
