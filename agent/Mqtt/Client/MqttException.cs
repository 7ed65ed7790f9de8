using System;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

/// <summary>A connection, or an operation on it, failed for a reason outside of this process.</summary>
public sealed class MqttException : Exception
{
    /// <summary>Makes an exception.</summary>
    public MqttException(MqttFailure failure, string message, Exception? innerException = null)
        : base(message, innerException)
        => Failure = failure;

    /// <summary>The kind of failure.</summary>
    public MqttFailure Failure { get; }

    /// <summary>The code of the CONNACK that refused the connection; null for every other failure.</summary>
    public ConnectReturnCode? ReturnCode { get; init; }

    /// <summary>The same failure for one more waiter, so that each throws an exception of its own.</summary>
    internal MqttException ForOneMore() => new(Failure, Message, this) { ReturnCode = ReturnCode };
}
