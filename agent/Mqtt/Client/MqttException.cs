using System;
using System.Text;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

/// <summary>A connection, or an operation on it, failed for a reason outside of this process.</summary>
public sealed class MqttException : Exception
{
    /// <summary>The longest text of a server that is repeated in a message, in characters.</summary>
    private const int MaxReasonLength = 200;

    /// <summary>Makes an exception.</summary>
    public MqttException(MqttFailure failure, string message, Exception? innerException = null)
        : base(message, innerException)
        => Failure = failure;

    /// <summary>The kind of failure.</summary>
    public MqttFailure Failure { get; }

    /// <summary>MQTT 3.1.1: the code of the CONNACK that refused the connection; null for every other failure.</summary>
    public ConnectReturnCode? ReturnCode { get; init; }

    /// <summary>MQTT 5.0: what the server gave as reason in CONNACK, PUBACK, SUBACK, UNSUBACK or DISCONNECT; null where it gave none.</summary>
    public MqttReasonCode? ReasonCode { get; init; }

    /// <summary>The same failure for one more waiter, so that each throws an exception of its own.</summary>
    internal MqttException ForOneMore() => new(Failure, Message, this) { ReturnCode = ReturnCode, ReasonCode = ReasonCode };

    /// <summary>The reason in words: its name, its number, and the server's own text where it sent one.</summary>
    internal static string Describe(MqttReasonCode reason, scoped MqttProperties properties)
    {
        string code = $"{reason.Word()} ({(byte)reason})";
        if (!properties.TryGetBytes(MqttPropertyId.ReasonString, out ReadOnlySpan<byte> text))
        {
            return code;
        }

        string words = Encoding.UTF8.GetString(text);
        return $"{code}: {(words.Length > MaxReasonLength ? words[..MaxReasonLength] + "…" : words)}";
    }
}
