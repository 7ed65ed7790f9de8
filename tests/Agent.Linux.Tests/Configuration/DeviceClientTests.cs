using System;
using System.Collections.Generic;
using Defender.Agent.Linux.Configuration;
using Xunit;

namespace Defender.Agent.Linux.Tests.Configuration;

/// <summary>The configuration of an AWS IoT Device Client, and what 'defender-gateway enrol' writes, are read as they are.</summary>
public sealed class DeviceClientTests
{
    // The sections and members of the Device Client's own template (config-template.json), filled in.
    private const string Template =
        """
        {
        	"endpoint": "a1b2c3-ats.iot.eu-west-1.amazonaws.com",
        	"cert": "/etc/pump/device.pem.crt",
        	"key": "/etc/pump/private.pem.key",
        	"root-ca": "/etc/pump/AmazonRootCA1.pem",
        	"thing-name": "pump-17",
        	"logging": { "level": "DEBUG", "type": "FILE", "file": "/var/log/aws-iot-device-client/aws-iot-device-client.log" },
        	"jobs": { "enabled": true, "handler-directory": "" },
        	"tunneling": { "enabled": true },
        	"device-defender": { "enabled": true, "interval": 600 },
        	"fleet-provisioning": { "enabled": false, "template-parameters": "", "template-name": "", "csr-file": "", "device-key": "" },
        	"samples": { "pub-sub": { "enabled": false, "publish-topic": "", "publish-file": "", "subscribe-topic": "", "subscribe-file": "" } },
        	"config-shadow": { "enabled": false },
        	"sample-shadow": { "enabled": false, "shadow-name": "", "shadow-input-file": "", "shadow-output-file": "" },
        	"secure-element": { "enabled": false, "pkcs11-lib": "", "secure-element-pin": "1234", "secure-element-slot-id": 0 }
        }
        """;

    [Fact]
    public void Its_template_is_read_without_a_mistake()
    {
        using Loaded loaded = new(Template);

        Assert.Empty(loaded.Messages);
        Assert.Equal("a1b2c3-ats.iot.eu-west-1.amazonaws.com", loaded.Configuration.Text(Settings.Endpoint));
        Assert.Equal("/etc/pump/device.pem.crt", loaded.Configuration.Text(Settings.Certificate));
        Assert.Equal("/etc/pump/private.pem.key", loaded.Configuration.Text(Settings.Key));
        Assert.Equal("/etc/pump/AmazonRootCA1.pem", loaded.Configuration.Text(Settings.RootCa));
        Assert.Equal("pump-17", loaded.Configuration.Text(Settings.ThingName));
        Assert.True(loaded.Configuration.Is(Settings.Enabled));
        Assert.Equal(TimeSpan.FromMinutes(10), loaded.Configuration.Span(Settings.Interval));
    }

    [Fact]
    public void What_it_does_besides_is_noted_and_left_alone()
    {
        using Loaded loaded = new(Template);

        Assert.Equal(8, loaded.Notes.Length);
        Assert.Equal("agent.json:7: logging is the AWS IoT Device Client's and not this agent's; it is left alone", loaded.Notes[0]);
        Assert.DoesNotContain(loaded.Notes, note => note.Contains("1234", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bare_host_is_reached_over_TLS_on_8883()
    {
        using Loaded loaded = new(Template);
        List<ConfigurationMistake> mistakes = [];

        AgentPlan plan = AgentPlan.ForDelivery(loaded.Configuration, once: false, mistakes);

        Assert.Empty(mistakes);
        Assert.Equal("mqtts://a1b2c3-ats.iot.eu-west-1.amazonaws.com:8883", plan.Delivery!.Endpoint.ToString());
        Assert.Equal("/etc/pump/private.pem.key", plan.Delivery.Tls.KeyFile);
        Assert.Equal("pump-17", plan.Report!.Thing.Value);
    }

    [Theory]
    [InlineData("""{"device-defender":{"interval-in-seconds":450}}""")]
    [InlineData("""{"device-defender":{"interval":450}}""")]
    [InlineData("""{"device-defender":{"interval":"450s"}}""")]
    public void The_interval_may_be_spelled_as_the_guide_and_as_the_client_do(string json)
    {
        using Loaded loaded = new(json);

        Assert.Empty(loaded.Messages);
        Assert.Equal(TimeSpan.FromSeconds(450), loaded.Configuration.Span(Settings.Interval));
    }

    [Fact]
    public void Both_spellings_at_once_are_a_mistake()
    {
        using Loaded loaded = new("{\"device-defender\":{\"interval\":300,\n\"interval-in-seconds\":600}}");

        Assert.Equal(
            $"agent.json:2: device-defender.interval-in-seconds: is the same as what stands at {loaded.File}:1; keep one of them".Replace(loaded.File!, "agent.json", StringComparison.Ordinal),
            Assert.Single(loaded.Messages));
    }

    [Fact]
    public void An_empty_text_counts_as_not_set()
    {
        using Loaded loaded = new("""{"endpoint":"gateway.local","root-ca":"","thing-name":"pump-17"}""");

        Assert.Empty(loaded.Messages);
        Assert.Null(loaded.Configuration.Text(Settings.RootCa));
        Assert.Equal("agent.json:1: root-ca is empty, which counts as not set", Assert.Single(loaded.Notes));
    }

    [Fact]
    public void What_enrol_writes_is_read()
    {
        using Loaded loaded = new(
            """
            {
              "endpoint": "gateway.example",
              "cert": "/home/pi/pump-17/pump-17.crt",
              "key": "/home/pi/pump-17/pump-17.key",
              "root-ca": "/home/pi/pump-17/ca.crt",
              "thing-name": "pump-17",
              "device-defender": { "enabled": true, "interval": 300 }
            }
            """);
        List<ConfigurationMistake> mistakes = [];

        AgentPlan plan = AgentPlan.ForDelivery(loaded.Configuration, once: false, mistakes);

        Assert.Empty(loaded.Messages);
        Assert.Empty(mistakes);
        Assert.Equal("/home/pi/pump-17/ca.crt", plan.Delivery!.Tls.RootCaFile);
    }
}
