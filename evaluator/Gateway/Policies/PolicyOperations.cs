using System;

namespace Defender.Gateway.Policies;

/// <summary>What a policy can allow a client: the actions of AWS IoT that an MQTT endpoint asks for.</summary>
[Flags]
internal enum PolicyOperations : byte
{
    None = 0,

    /// <summary><c>iot:Connect</c>, asked with the client identifier.</summary>
    Connect = 1,

    /// <summary><c>iot:Publish</c>, asked with the topic.</summary>
    Publish = 2,

    /// <summary><c>iot:RetainPublish</c>, asked with the topic, and besides <see cref="Publish"/>, for a message with the RETAIN flag.</summary>
    RetainPublish = 4,

    /// <summary><c>iot:Subscribe</c>, asked with the text of the topic filter.</summary>
    Subscribe = 8,

    /// <summary><c>iot:Receive</c>, asked with the topic of each message that is delivered.</summary>
    Receive = 16,
}
