using System;
using Defender.Gateway.Telemetry;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>What one connection has done so far.</summary>
internal struct ConnectionTally
{
    /// <summary>When its CONNECT was accepted.</summary>
    public DateTimeOffset ConnectedSince;

    /// <summary>When its last report was answered; the default before the first.</summary>
    public DateTimeOffset LastReportAt;

    /// <summary>What became of it.</summary>
    public ReportOutcome LastReportOutcome;

    /// <summary>Messages that it published.</summary>
    public long MessagesIn;

    /// <summary>Messages that it was sent.</summary>
    public long MessagesOut;

    /// <summary>Bytes of its packets.</summary>
    public long BytesIn;

    /// <summary>Operations that its policies denied.</summary>
    public long AuthorizationFailures;
}
