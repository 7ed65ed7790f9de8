namespace Defender.Gateway.Brokers;

/// <summary>Which events of its clients a broker publishes.</summary>
internal enum BrokerEvents
{
    /// <summary>None that the gateway reads: Mosquitto and others that tell totals only.</summary>
    None,

    /// <summary>EMQX: <c>$SYS/brokers/+/clients/+/connected</c> and <c>disconnected</c>.</summary>
    Emqx,

    /// <summary>AWS IoT Core: <c>$aws/events/presence/connected/+</c>, <c>disconnected</c> and <c>connect_failed</c>.</summary>
    Aws,
}
