using Defender.Mqtt;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Why a connection ends.</summary>
/// <param name="End">The kind, which is counted.</param>
/// <param name="Reason">One clause for the log, in which <c>it</c> is the client.</param>
/// <param name="Code">What an MQTT 5 client is told in DISCONNECT; <see cref="MqttReasonCode.Success"/> for nothing.</param>
internal sealed record Ending(ConnectionEnd End, string Reason, MqttReasonCode Code = MqttReasonCode.Success)
{
    /// <summary>Whether the endpoint ended the connection because of what the client did.</summary>
    public bool IsRefusal => End > ConnectionEnd.Stopping;
}
