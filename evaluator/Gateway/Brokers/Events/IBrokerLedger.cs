using System.Net;

namespace Defender.Gateway.Brokers.Events;

/// <summary>Where the cloud-side metrics of an external broker's clients are counted.</summary>
internal interface IBrokerLedger
{
    /// <summary>Counts a connection attempt that was taken; the counters of that client.</summary>
    IBrokerClient Open(string clientId, IPAddress? source);

    /// <summary>The counters of a client whose connection nobody told of; counts no attempt.</summary>
    IBrokerClient Get(string clientId);

    /// <summary>Counts a connection attempt that was refused for want of a right.</summary>
    void Refused(string clientId, IPAddress? source);
}
