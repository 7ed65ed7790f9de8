namespace Defender.Gateway.Mqtt;

/// <summary>Whether a client got a session.</summary>
internal enum OpenResult
{
    /// <summary>It has one.</summary>
    Opened,

    /// <summary>The client identifier belongs to another principal's session.</summary>
    AnothersSession,

    /// <summary>The memory budget is spent.</summary>
    NoMemory,
}
