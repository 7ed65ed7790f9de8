namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Knows the connections that are served without a server in between, to close them when the gateway stops. Thread-safe.</summary>
internal interface IPlainConnections
{
    /// <summary>A connection has begun.</summary>
    void Enter(ClientConnection client);

    /// <summary>It is over.</summary>
    void Leave(ClientConnection client);
}
