using System;

namespace nanoFramework.M2Mqtt.Exceptions;

/// <summary>The server cannot be reached.</summary>
public sealed class MqttConnectionException(string message, Exception innerException) : Exception(message, innerException);

/// <summary>The server does not answer, or the link is dead.</summary>
public sealed class MqttCommunicationException : Exception
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
public sealed class MqttClientException(MqttClientErrorCode errorCode) : Exception
{
    public MqttClientErrorCode ErrorCode { get; set; } = errorCode;
}
