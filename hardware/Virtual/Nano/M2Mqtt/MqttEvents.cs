using System;
using nanoFramework.M2Mqtt.Messages;

namespace nanoFramework.M2Mqtt
{
    /// <summary>Where the handlers of the client's events are declared.</summary>
    public interface IMqttClient
    {
        delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

        delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);

        delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);

        delegate void ConnectionClosedEventHandler(object sender, EventArgs e);
    }
}

namespace nanoFramework.M2Mqtt.Messages
{
    /// <summary>A message that came.</summary>
    public sealed class MqttMsgPublishEventArgs : EventArgs
    {
        internal MqttMsgPublishEventArgs(string topic, byte[] message)
        {
            Topic = topic;
            Message = message;
        }

        public string Topic { get; }

        public byte[] Message { get; }
    }

    /// <summary>What became of a message that was published.</summary>
    public sealed class MqttMsgPublishedEventArgs : EventArgs
    {
        internal MqttMsgPublishedEventArgs(ushort messageId, bool isPublished)
        {
            MessageId = messageId;
            IsPublished = isPublished;
        }

        public ushort MessageId { get; }

        public bool IsPublished { get; }
    }

    /// <summary>What the server grants of a SUBSCRIBE.</summary>
    public sealed class MqttMsgSubscribedEventArgs : EventArgs
    {
        internal MqttMsgSubscribedEventArgs(MqttQoSLevel[] grantedQoSLevels) => GrantedQoSLevels = grantedQoSLevels;

        public MqttQoSLevel[] GrantedQoSLevels { get; }
    }
}
