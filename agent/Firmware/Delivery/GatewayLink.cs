using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Core.Things;
using Defender.Agent.Firmware.Configuration;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace Defender.Agent.Firmware.Delivery
{
    /// <summary>
    /// One attempt to connect, and the connection if it succeeds. A new client each time: M2Mqtt resolves the name once, in its
    /// constructor, and never reconnects. For the agent's thread; <see cref="Events"/> is what other threads touch.
    /// </summary>
    internal sealed class GatewayLink
    {
        /// <summary>The longest silence, in seconds. AWS: 30 to 1200.</summary>
        public const ushort KeepAliveSeconds = 60;

        // One report, one SUBSCRIBE and acknowledgements of what the gateway sends.
        private const int MaxInFlight = 8;

        public readonly LinkEvents Events;

        /// <summary>Where the gateway says whether the thing is in alarm.</summary>
        public readonly string StatusTopic;

        private readonly FirmwareOptions _options;
        private readonly ThingName _thing;
        private readonly ReportTopics _topics;
        private readonly SocketLedger _ledger;
        private MqttClient? _client;
        private int _ticket = SocketLedger.Refused;

        public GatewayLink(FirmwareOptions options, ThingName thing, SocketLedger ledger, AutoResetEvent wake)
        {
            _options = options;
            _thing = thing;
            _topics = new ReportTopics(thing);
            _ledger = ledger;
            StatusTopic = "defender/things/" + thing.Value + "/status";
            Events = new LinkEvents(wake);
        }

        /// <summary>
        /// Connects and asks for the answers; blocks for as long as DNS, TLS and the gateway take. On the device every thread stands
        /// still during the TLS handshake.
        /// </summary>
        /// <param name="problem">Why it failed, for a person.</param>
        public bool TryOpen(out string problem)
        {
            try
            {
                // Entered before it is opened: a socket that the report cannot show is not opened at all.
                if (!TryEnter())
                {
                    problem = "no room in the socket ledger";
                    return false;
                }

                return TryConnect(out problem);
            }
            catch (Exception failure)
            {
                problem = failure.Message;
                Close();
                return false;
            }
        }

        /// <summary>Publishes a report at QoS 1.</summary>
        /// <param name="document">Not changed until it is acknowledged: the client keeps the reference.</param>
        /// <returns>Its message id; the outcome comes as an event. Throws when the client cannot take it.</returns>
        public int Publish(byte[] document)
        {
            _ledger.Count(0, document.Length);
            return _client!.Publish(_topics.Report, document, null, null, MqttQoSLevel.AtLeastOnce, false);
        }

        /// <summary>Whether a topic is one of the answers to reports.</summary>
        public bool IsAnswer(string topic)
        {
            return topic == _topics.Accepted || topic == _topics.Rejected;
        }

        /// <summary>Ends the connection, whatever state it is in.</summary>
        public void Close()
        {
            MqttClient? client = _client;
            _client = null;
            if (client != null)
            {
                try
                {
                    client.Disconnect();
                }
                catch (Exception)
                {
                    // Throws when the link is dead: there is nobody to say goodbye to.
                }

                try
                {
                    client.Close();
                }
                catch (Exception)
                {
                    // As above.
                }
            }

            _ledger.Leave(_ticket);
            _ticket = SocketLedger.Refused;
        }

        private bool TryConnect(out string problem)
        {
            MqttClient client = new MqttClient(
                _options.Host, _options.Port, _options.UseTls, null, null, _options.UseTls ? MqttSslProtocols.TLSv1_2 : MqttSslProtocols.None);
            _client = client;
            client.Settings.InflightQueueSize = MaxInFlight;
            client.MqttMsgPublishReceived += Events.OnMessage;
            client.MqttMsgPublished += Events.OnPublished;
            client.MqttMsgSubscribed += Events.OnSubscribed;
            client.ConnectionClosed += Events.OnClosed;
            MqttReasonCode code = client.Connect(_thing.Value, null, null, true, KeepAliveSeconds);
            if (code != MqttReasonCode.Success)
            {
                problem = "the gateway refuses the connection: CONNACK " + ((int)code).ToString();
                Close();
                return false;
            }

            client.Subscribe(
                new string[] { _topics.Accepted, _topics.Rejected, StatusTopic },
                new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce, MqttQoSLevel.AtLeastOnce, MqttQoSLevel.AtLeastOnce });
            problem = "";
            return true;
        }

        // M2Mqtt says neither the address it connects to nor its local port: the address is resolved here, just before it does the same,
        // and the local port is 0, not known.
        private bool TryEnter()
        {
            IPAddress address = Resolve(_options.Host);
            byte[] bytes = address.GetAddressBytes();
            _ticket = _ledger.EnterConnection(bytes, 0, bytes.Length, _options.Port, 0, "");
            return _ticket != SocketLedger.Refused;
        }

        private static IPAddress Resolve(string host)
        {
            if (IsAddress(host))
                return IPAddress.Parse(host);

            IPAddress[] addresses = Dns.GetHostEntry(host).AddressList;
            for (int i = 0; i < addresses.Length; i++)
            {
                if (addresses[i] != null && addresses[i].AddressFamily == AddressFamily.InterNetwork)
                    return addresses[i];
            }

            throw new InvalidOperationException("the name of the gateway has no IPv4 address");
        }

        // A name does not end in a digit: no top-level domain does.
        private static bool IsAddress(string host)
        {
            char[] characters = host.ToCharArray();
            char last = characters[characters.Length - 1];
            return last >= '0' && last <= '9';
        }
    }
}
