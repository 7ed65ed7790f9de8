namespace nanoFramework.M2Mqtt;

/// <summary>One for all clients.</summary>
public sealed class MqttSettings
{
    private MqttSettings()
    {
    }

    internal static MqttSettings Instance { get; } = new();

    /// <summary>Messages that may wait for their acknowledgement.</summary>
    public int InflightQueueSize { internal get; set; } = int.MaxValue;
}
