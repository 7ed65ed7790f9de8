using System;
using Defender.Evaluator.Addresses;

namespace Defender.Gateway.CloudMetrics;

/// <summary>What a client did in a period on all topics, or on those of a dimension. Mutable.</summary>
internal struct TrafficCounts
{
    /// <summary>Messages of the device.</summary>
    public long Sent;

    /// <summary>Messages to the device.</summary>
    public long Received;

    /// <summary>Denied operations.</summary>
    public long AuthorizationFailures;

    /// <summary>Bytes of the smallest message in either direction; meaningless without messages.</summary>
    public int SmallestMessage;

    /// <summary>Bytes of the largest message.</summary>
    public int LargestMessage;

    /// <summary>Bytes of all messages.</summary>
    public long MessageBytes;

    /// <summary>Where it did it from.</summary>
    public AddressSet Addresses;

    /// <summary>Whether there is a message to have a size.</summary>
    public readonly bool HasMessages => Sent + Received > 0;

    public void AddSent(int bytes)
    {
        Measure(bytes);
        Sent++;
    }

    public void AddReceived(int bytes)
    {
        Measure(bytes);
        Received++;
    }

    public void AddAddress(IpAddress? address)
    {
        if (address is { } known)
            Addresses.Add(known);
    }

    /// <summary>Counts what another period has as if it belonged to this one.</summary>
    public void Add(in TrafficCounts other)
    {
        if (other.HasMessages)
        {
            SmallestMessage = HasMessages ? Math.Min(SmallestMessage, other.SmallestMessage) : other.SmallestMessage;
            LargestMessage = Math.Max(LargestMessage, other.LargestMessage);
        }

        Sent += other.Sent;
        Received += other.Received;
        AuthorizationFailures += other.AuthorizationFailures;
        MessageBytes += other.MessageBytes;
        Addresses.AddAll(other.Addresses);
    }

    /// <summary>Begins anew, and keeps the memory of the addresses.</summary>
    public void Clear()
    {
        AddressSet addresses = Addresses;
        addresses.Clear();
        this = new TrafficCounts { Addresses = addresses };
    }

    private void Measure(int bytes)
    {
        SmallestMessage = HasMessages ? Math.Min(SmallestMessage, bytes) : bytes;
        LargestMessage = Math.Max(LargestMessage, bytes);
        MessageBytes += bytes;
    }
}
