using System;

namespace Defender.Mqtt.Client;

/// <summary>
/// Takes a message on the read loop of its connection, which goes on when it returns: it neither waits nor throws, what it throws
/// ends the connection.
/// </summary>
/// <param name="topic">The topic name it was published to, in UTF-8; valid until the call returns.</param>
/// <param name="payload">Its bytes, valid until the call returns.</param>
public delegate void MqttMessageHandler(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload);
