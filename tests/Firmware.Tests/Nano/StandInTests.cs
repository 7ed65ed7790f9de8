using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Firmware.Tests.Gateway;
using Defender.Hardware.Virtual.Nano;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Nano;

/// <summary>The MQTT client of the virtual board has the manners of the device's.</summary>
public sealed class StandInTests : IDisposable
{
    private const string Topic = "$aws/things/pump-17/defender/metrics/json";

    private static readonly byte[] Report = Encoding.ASCII.GetBytes("""{"header":{"report_id":1}}""");

    private readonly FakeGateway _gateway = new();
    private readonly BlockingCollection<string> _events = [];

    public StandInTests() => VirtualDevice.Reset();

    public void Dispose()
    {
        _gateway.Dispose();
        _events.Dispose();
        VirtualDevice.Reset();
        MqttSettings.Instance.InflightQueueSize = int.MaxValue;
    }

    [Fact]
    public void The_name_is_resolved_once_in_the_constructor()
    {
        List<string> asked = [];
        VirtualDevice.Resolve = host =>
        {
            asked.Add(host);
            return IPAddress.Loopback;
        };
        using MqttClient client = new("gateway.example", _gateway.Port, false, null, null, MqttSslProtocols.None);
        Assert.Equal(["gateway.example"], asked);

        Connect(client);
        client.Disconnect();
        Connect(client);

        Assert.Single(asked);
        Assert.Equal(2, _gateway.Connects);
    }

    [Fact]
    public void Without_a_network_the_constructor_throws()
    {
        VirtualDevice.IsNetworkUp = false;

        Assert.Throws<SocketException>(() => Client().Close());
    }

    [Fact]
    public void TLS_before_the_date_is_set_is_refused()
    {
        using MqttClient client = new("127.0.0.1", _gateway.Port, true, null, null, MqttSslProtocols.TLSv1_2);

        Assert.Throws<MqttConnectionException>(() => Connect(client));
    }

    [Fact]
    public void An_id_is_no_sign_of_delivery()
    {
        using MqttClient client = Client();

        // Not connected: nothing happens, ever.
        Assert.Equal(1, client.Publish(Topic, Report, null, null, MqttQoSLevel.AtLeastOnce, false));
        Assert.Equal(2, client.Publish(Topic, Report, null, null, MqttQoSLevel.AtLeastOnce, false));
        Assert.Empty(_gateway.Reports);
    }

    [Fact]
    public void The_outcome_comes_as_an_event()
    {
        using MqttClient client = Client();
        client.MqttMsgSubscribed += (_, e) => _events.Add($"subscribed {string.Join(' ', Array.ConvertAll(e.GrantedQoSLevels, level => (int)level))}");
        client.MqttMsgPublished += (_, e) => _events.Add($"published {e.MessageId} {e.IsPublished}");
        _gateway.Grant = filter => filter == "b" ? (byte)0x80 : (byte)0;
        Connect(client);

        client.Subscribe(["a", "b"], [MqttQoSLevel.AtLeastOnce, MqttQoSLevel.AtLeastOnce]);
        Assert.Equal("subscribed 0 128", Next());
        ushort published = client.Publish(Topic, Report, null, null, MqttQoSLevel.AtLeastOnce, false);
        Assert.Equal($"published {published} True", Next());
    }

    [Fact]
    public void Nothing_is_delivered_while_a_handler_runs()
    {
        using MqttClient client = Client();
        using ManualResetEventSlim release = new();
        client.MqttMsgPublishReceived += (_, e) =>
        {
            _events.Add(Encoding.ASCII.GetString(e.Message));
            release.Wait(TestDevice.Deadline);
        };
        Connect(client);
        _gateway.Publish("t", "first");
        _gateway.Publish("t", "second");

        Assert.Equal("first", Next());
        Assert.False(_events.TryTake(out _, TimeSpan.FromMilliseconds(50)));
        release.Set();
        Assert.Equal("second", Next());
    }

    [Fact]
    public void A_handler_that_throws_ends_the_deliveries_silently()
    {
        using MqttClient client = Client();
        client.MqttMsgPublishReceived += (_, e) =>
        {
            _events.Add(Encoding.ASCII.GetString(e.Message));
            throw new InvalidOperationException();
        };
        Connect(client);
        _gateway.Publish("t", "first");
        _gateway.Publish("t", "second");

        Assert.Equal("first", Next());
        Assert.False(_events.TryTake(out _, TimeSpan.FromMilliseconds(100)));
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task A_connection_that_ends_is_told_and_not_replaced()
    {
        using MqttClient client = Client();
        client.ConnectionClosed += (_, _) => _events.Add("closed");
        Connect(client);
        _gateway.Drop();

        Assert.Equal("closed", Next());
        Assert.False(client.IsConnected);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Equal(1, _gateway.Connects);
        Assert.Throws<MqttCommunicationException>(client.Disconnect);
    }

    [Fact]
    public void Close_says_nothing()
    {
        using MqttClient client = Client();
        client.ConnectionClosed += (_, _) => _events.Add("closed");
        Connect(client);
        client.Close();

        Assert.False(client.IsConnected);
        Assert.False(_events.TryTake(out _, TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void What_waits_for_its_acknowledgement_is_bounded()
    {
        using MqttClient client = Client();
        client.Settings.InflightQueueSize = 2;
        _gateway.Acknowledges = false;
        Connect(client);
        client.Publish(Topic, Report, null, null, MqttQoSLevel.AtLeastOnce, false);
        client.Publish(Topic, Report, null, null, MqttQoSLevel.AtLeastOnce, false);

        MqttClientException full = Assert.Throws<MqttClientException>(() => client.Publish(Topic, Report, null, null, MqttQoSLevel.AtLeastOnce, false));
        Assert.Equal(MqttClientErrorCode.InflightQueueFull, full.ErrorCode);
    }

    [Fact]
    public void MQTT_5_is_not_there()
    {
        using MqttClient client = Client();

        Assert.Throws<NotSupportedException>(() => client.Publish(Topic, Report, "application/json", null, MqttQoSLevel.AtLeastOnce, false));
    }

    private MqttClient Client() => new("127.0.0.1", _gateway.Port, false, null, null, MqttSslProtocols.None);

    private static void Connect(MqttClient client) => Assert.Equal(MqttReasonCode.Success, client.Connect("pump-17", null, null, true, 60));

    private string Next()
    {
        Assert.True(_events.TryTake(out string? next, TestDevice.Deadline), "no event came");
        return next;
    }
}
