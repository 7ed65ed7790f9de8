namespace Defender.Gateway.Brokers;

/// <summary>An external broker that reports come from, next to the gateway's own endpoint.</summary>
internal sealed record BrokerOptions
{
    /// <summary>The client identifier that the gateway has there; its session is kept under it.</summary>
    public const string DefaultClientId = "defender-gateway";

    public required BrokerAddress Address { get; init; }

    /// <summary>PEM file of the certificates that the broker's has to come from; null for those that the system trusts.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the gateway's certificate there, intermediates after it; null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Null sends none.</summary>
    public string? UserName { get; init; }

    /// <summary>File that holds the password, white space at its end not counted; null sends none.</summary>
    public string? PasswordFile { get; init; }

    public string ClientId { get; init; } = DefaultClientId;

    /// <summary>Where reports are published.</summary>
    public BrokerTopic Topic { get; init; } = BrokerTopic.Default;

    /// <summary>The group of a shared subscription, for several gateways on one broker; null for a subscription of its own.</summary>
    public string? ShareGroup { get; init; }

    /// <summary>The events of its clients that the broker publishes.</summary>
    public BrokerEvents Events { get; init; }
}
