using System;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>One client of the driver: what it has sent and not yet seen acknowledged.</summary>
internal sealed class LoadConnection(int index, int descriptor, int window)
{
    private readonly long[] _sentAt = new long[window];
    private int _first;

    public int Index { get; } = index;

    public int Descriptor { get; } = descriptor;

    public bool IsOpen { get; set; } = true;

    public bool IsConnected { get; set; }

    public int InFlight { get; private set; }

    /// <summary>Reports sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Bytes of an answer that has not come whole: all answers have four.</summary>
    public int AnswerBytes { get; set; }

    /// <summary>What the socket did not take of the last packet; empty mostly.</summary>
    public ReadOnlyMemory<byte> Unsent { get; set; }

    public bool CanSend => IsConnected && InFlight < _sentAt.Length && Unsent.IsEmpty;

    public void SentNow(long timestamp)
    {
        _sentAt[(_first + InFlight) % _sentAt.Length] = timestamp;
        InFlight++;
        Sent++;
    }

    /// <summary>Takes the oldest report as acknowledged; MQTT-4.6.0-2: acknowledgements keep the order.</summary>
    public long Acknowledged()
    {
        long sentAt = _sentAt[_first];
        _first = (_first + 1) % _sentAt.Length;
        InFlight--;
        return sentAt;
    }
}
