using System;
using System.Threading;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Firmware.Configuration;
using nanoFramework.M2Mqtt.Messages;

namespace Defender.Agent.Firmware.Delivery
{
    /// <summary>
    /// Sends the outbox over whichever connection stands: subscribes, publishes one report, waits for its acknowledgement and its
    /// answer, then the next. For the agent's thread.
    /// </summary>
    internal sealed class ReportSession
    {
        /// <summary>How long a SUBACK, a PUBACK or an answer may take, in milliseconds.</summary>
        public const int AnswerTimeoutMs = 30000;

        // AWS: one report in 300 s; a gateway that says Throttled means that.
        private const int ThrottledMs = 300000;

        private const int NoMessage = 0;

        private readonly FirmwareOptions _options;
        private readonly IClock _clock;
        private readonly SocketLedger _ledger;
        private readonly ReportOutbox _outbox;
        private readonly AgentHealth _health;
        private readonly AutoResetEvent _wake;
        private readonly AnswerScanner _scanner = new AnswerScanner();
        private readonly Answer _answer = new Answer();
        private GatewayLink? _link;
        private int _messageId;
        private long _deadlineMs;
        private long _nextSendMs;
        private bool _isReady;
        private bool _isInAlarm;

        public ReportSession(
            FirmwareOptions options, IClock clock, SocketLedger ledger, ReportOutbox outbox, AgentHealth health, AutoResetEvent wake)
        {
            _options = options;
            _clock = clock;
            _ledger = ledger;
            _outbox = outbox;
            _health = health;
            _wake = wake;
        }

        /// <summary>Whether there is a connection.</summary>
        public bool IsOpen
        {
            get { return _link != null; }
        }

        /// <summary>Whether the gateway also hears and answers on it.</summary>
        public bool IsReady
        {
            get { return _isReady; }
        }

        /// <summary>Whether the gateway says that the thing is in alarm.</summary>
        public bool IsInAlarm
        {
            get { return _isInAlarm; }
        }

        /// <summary>Connects with a new client.</summary>
        public bool TryOpen(out string problem)
        {
            GatewayLink link = new GatewayLink(_options, _options.Thing!, _ledger, _wake);
            if (!link.TryOpen(out problem))
                return false;

            _link = link;
            _messageId = NoMessage;
            _deadlineMs = _clock.UptimeMilliseconds + AnswerTimeoutMs;
            _health.Connections++;
            return true;
        }

        /// <summary>Takes what came and sends what is next.</summary>
        /// <returns>False when the connection is over; it is closed then.</returns>
        public bool TryServe(out string problem)
        {
            GatewayLink link = _link!;
            try
            {
                TakeMessages(link);
                problem = ProblemOf(link.Events);
                if (problem.Length == 0 && IsReady)
                    problem = Send(link);
            }
            catch (Exception failure)
            {
                problem = failure.Message;
                _health.AddFault();
                Close();
                return false;
            }

            if (problem.Length == 0)
                return true;

            Close();
            return false;
        }

        /// <summary>Milliseconds until something of it times out or may be sent.</summary>
        public long WaitMs(long nowMs)
        {
            long untilMs = _messageId != NoMessage || !IsReady ? _deadlineMs
                : _outbox.InFlight != 0 || _outbox.Waiting > 0 ? _nextSendMs
                : long.MaxValue;
            return untilMs > nowMs ? untilMs - nowMs : 0;
        }

        /// <summary>Ends the connection; a report in flight is sent again, byte for byte, over the next.</summary>
        public void Close()
        {
            GatewayLink? link = _link;
            _link = null;
            _messageId = NoMessage;
            _isReady = false;
            _isInAlarm = false;
            if (link != null)
                link.Close();
        }

        private string ProblemOf(LinkEvents events)
        {
            if (events.Has(LinkEvents.Closed))
                return "the gateway closed the connection";
            if (events.Has(LinkEvents.Refused))
                return "the gateway denies the subscription to the answers";

            if (!IsReady && events.Has(LinkEvents.Subscribed))
                _isReady = true;
            return !IsReady && _clock.UptimeMilliseconds >= _deadlineMs ? "the gateway does not answer the subscription" : "";
        }

        private void TakeMessages(GatewayLink link)
        {
            // Those that wait now: each later one wakes the agent again, and a flood of them must not keep it here.
            MqttMsgPublishEventArgs? message;
            for (int left = link.Events.Count; left > 0 && (message = link.Events.Next()) != null; left--)
            {
                _ledger.Count(message.Message.Length, 0);
                if (link.IsAnswer(message.Topic))
                    TakeAnswer(message.Message);
                else if (message.Topic == link.StatusTopic && ThingStatus.TryRead(message.Message, out bool isInAlarm))
                    _isInAlarm = isInAlarm;
            }
        }

        private void TakeAnswer(byte[] document)
        {
            if (!_scanner.TryScan(document, 0, document.Length, _answer) || !_outbox.Take(_answer))
                return;

            if (_outbox.InFlight != 0)
            {
                // Throttled: the same report again when its time has come.
                _messageId = NoMessage;
                _nextSendMs = _clock.UptimeMilliseconds + ThrottledMs;
            }
        }

        // Returns what is wrong with the connection, or "".
        private string Send(GatewayLink link)
        {
            if (_messageId != NoMessage)
            {
                string problem = CheckSent(link);
                if (problem.Length > 0 || _messageId != NoMessage)
                    return problem;
            }

            if (_clock.UptimeMilliseconds < _nextSendMs)
                return "";

            byte[] document = _outbox.Next();
            if (document.Length == 0)
                return "";

            _messageId = link.Publish(document);
            _deadlineMs = _clock.UptimeMilliseconds + AnswerTimeoutMs;
            return "";
        }

        private string CheckSent(GatewayLink link)
        {
            bool isAcked = link.Events.IsAcked(_messageId);
            bool isLate = _clock.UptimeMilliseconds >= _deadlineMs;

            // The client keeps the document until it is acknowledged: the next must not take its place before.
            if (isAcked && _outbox.InFlight == 0)
            {
                _messageId = NoMessage;
            }
            else if (link.Events.HasFailed(_messageId) || (isLate && !isAcked))
            {
                return "the gateway does not acknowledge a report";
            }
            else if (isLate)
            {
                // A broker without a gateway behind it: delivered as far as anybody can know.
                _outbox.Settle();
                _health.Unanswered++;
                _messageId = NoMessage;
            }

            return "";
        }
    }
}
