namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Whose output an <see cref="MqttOutput"/> is.</summary>
internal interface IOutputOwner
{
    /// <summary>What waited was sent, not counting what the owner flushed itself: there may be room for more. Called on any thread, under no lock.</summary>
    void Drained();
}
