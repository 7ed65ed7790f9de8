using System;
using System.Collections;
using System.Threading;
using nanoFramework.M2Mqtt.Messages;

namespace Defender.Agent.Firmware.Delivery
{
    /// <summary>
    /// What one connection's dispatch thread has to tell the agent's thread: the handlers only note it down and wake the agent.
    /// Bounded: further messages are dropped and counted, and so is one that is too long. Safe for several threads.
    /// </summary>
    internal sealed class LinkEvents
    {
        /// <summary>The gateway granted the subscription to the answers.</summary>
        public const int Subscribed = 1;

        /// <summary>It denied it.</summary>
        public const int Refused = 2;

        /// <summary>The connection has ended.</summary>
        public const int Closed = 4;

        // Answers to one report, and states of the thing: more is a flood.
        private const int MaxMessages = 8;

        // A rejected answer with its longest texts is below 1 KB.
        private const int MaxMessageBytes = 2048;

        private readonly object _gate = new object();
        private readonly Queue _messages = new Queue();
        private readonly AutoResetEvent _wake;
        private int _ackedId;
        private int _failedId;
        private int _states;
        private int _lost;

        public LinkEvents(AutoResetEvent wake)
        {
            _wake = wake;
        }

        /// <summary>Messages dropped.</summary>
        public int Lost
        {
            get { return _lost; }
        }

        /// <summary>Messages that wait.</summary>
        public int Count
        {
            get
            {
                lock (_gate)
                    return _messages.Count;
            }
        }

        public void OnMessage(object sender, MqttMsgPublishEventArgs e)
        {
            try
            {
                lock (_gate)
                {
                    if (_messages.Count < MaxMessages && e.Message.Length <= MaxMessageBytes)
                        _messages.Enqueue(e);
                    else
                        _lost++;
                }

                _wake.Set();
            }
            catch (Exception)
            {
                _lost++;
            }
        }

        public void OnPublished(object sender, MqttMsgPublishedEventArgs e)
        {
            lock (_gate)
            {
                if (e.IsPublished)
                    _ackedId = e.MessageId;
                else
                    _failedId = e.MessageId;
            }

            _wake.Set();
        }

        public void OnSubscribed(object sender, MqttMsgSubscribedEventArgs e)
        {
            // The answers come first in the SUBSCRIBE; the state of the thing may be denied.
            MqttQoSLevel[] granted = e.GrantedQoSLevels;
            bool isGranted = granted != null && granted.Length >= 2
                && granted[0] != MqttQoSLevel.GrantedFailure && granted[1] != MqttQoSLevel.GrantedFailure;
            Enter(isGranted ? Subscribed : Refused);
        }

        public void OnClosed(object sender, EventArgs e)
        {
            Enter(Closed);
        }

        /// <summary>Whether it has come to this.</summary>
        public bool Has(int state)
        {
            lock (_gate)
                return (_states & state) != 0;
        }

        /// <summary>Whether the gateway has acknowledged this message.</summary>
        public bool IsAcked(int messageId)
        {
            lock (_gate)
                return _ackedId == messageId;
        }

        /// <summary>Whether the client has given this message up.</summary>
        public bool HasFailed(int messageId)
        {
            lock (_gate)
                return _failedId == messageId;
        }

        /// <summary>The oldest message that waits, or null.</summary>
        public MqttMsgPublishEventArgs? Next()
        {
            lock (_gate)
                return _messages.Count == 0 ? null : (MqttMsgPublishEventArgs?)_messages.Dequeue();
        }

        private void Enter(int state)
        {
            lock (_gate)
                _states |= state;
            _wake.Set();
        }
    }
}
