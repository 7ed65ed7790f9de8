using System;

namespace nanoFramework.M2Mqtt.Exceptions;

// The firmware catches whatever the client throws, so the exceptions are nothing that it uses.

/// <summary>The server cannot be reached.</summary>
internal sealed class MqttConnectionException(string message, Exception innerException) : Exception(message, innerException);

/// <summary>The server does not answer, or the link is dead.</summary>
internal sealed class MqttCommunicationException : Exception
{
    public MqttCommunicationException()
    {
    }

    public MqttCommunicationException(Exception e)
        : base("", e)
    {
    }
}

/// <summary>The client cannot do that now.</summary>
internal sealed class MqttClientException(MqttClientErrorCode errorCode) : Exception
{
    public MqttClientErrorCode ErrorCode { get; set; } = errorCode;
}
