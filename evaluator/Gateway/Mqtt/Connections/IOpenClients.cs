namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Knows the clients that no server knows, to close them when the gateway stops. Thread-safe.</summary>
internal interface IOpenClients
{
    /// <summary>A connection has begun.</summary>
    void Enter(ClientConnection client);

    /// <summary>It is over.</summary>
    void Leave(ClientConnection client);
}
