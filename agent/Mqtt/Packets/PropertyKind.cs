namespace Defender.Mqtt.Packets;

/// <summary>How the value of a property is written (MQTT 5.0, table 2-4).</summary>
internal enum PropertyKind : byte
{
    /// <summary>Not a property.</summary>
    None = 0,

    /// <summary>One byte; with every property that has one it is 0 or 1.</summary>
    Flag,

    UInt16,

    UInt32,

    VariableInteger,

    Text,

    Binary,

    TextPair,
}
