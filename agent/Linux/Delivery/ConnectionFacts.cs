namespace Defender.Agent.Linux.Delivery;

/// <summary>What is known of a connection, for log and status; "" where there is nothing to know.</summary>
/// <param name="Peer">Address and port of the server.</param>
/// <param name="MqttVersion">Such as <c>5.0</c>.</param>
/// <param name="TlsImplementation">The library that encrypts, such as <c>OpenSSL 3.0.17</c>.</param>
/// <param name="TlsVersion">Such as <c>TLSv1.3</c>.</param>
internal sealed record ConnectionFacts(string Peer, string MqttVersion, string TlsImplementation, string TlsVersion)
{
    /// <summary>In words, behind the name of the endpoint.</summary>
    public override string ToString() => TlsImplementation.Length == 0
        ? $"{Peer}, MQTT {MqttVersion}"
        : $"{Peer}, MQTT {MqttVersion}, {TlsVersion} by {TlsImplementation}";
}
