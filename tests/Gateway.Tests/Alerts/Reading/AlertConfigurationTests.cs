using System;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Gateway.Alerts;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Hosting;
using Defender.Mqtt;
using Xunit;

namespace Defender.Gateway.Tests.Alerts.Reading;

public sealed class AlertConfigurationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-alerts-").FullName;

    private string ConfigurationFile => Path.Combine(_directory, "alerts.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Each_type_of_sink_is_read_with_its_defaults()
    {
        File.WriteAllText(Path.Combine(_directory, "key"), "0123456789abcdef\n");
        AlertConfiguration configuration = Load("""
            {"sinks": {
              "arn:aws:sns:us-east-1:123456789012:a": {"type": "mqtt", "topic": "alerts/ops"},
              "arn:aws:sns:us-east-1:123456789012:b": {"type": "webhook", "url": "https://alerts.example.com/hook", "secretFile": "key"},
              "arn:aws:sns:us-east-1:123456789012:c": {"type": "command", "command": ["/bin/sh", "-c", "cat"]},
              "arn:aws:sns:us-east-1:123456789012:d": {"type": "file", "path": "alerts.jsonl"}
            }}
            """);

        var mqtt = Assert.IsType<MqttSinkOptions>(configuration.Sinks[0]);
        Assert.Equal(("arn:aws:sns:us-east-1:123456789012:a", "alerts/ops", MqttQoS.AtLeastOnce), (mqtt.TopicArn, mqtt.Topic, mqtt.QoS));
        Assert.Equal((60, 20, 10_000), (mqtt.MessagesPerMinute, mqtt.Burst, mqtt.MaxWaiting));
        var webhook = Assert.IsType<WebhookSinkOptions>(configuration.Sinks[1]);
        Assert.Equal("https://alerts.example.com/hook", webhook.Url.AbsoluteUri);
        Assert.Equal("0123456789abcdef", Encoding.UTF8.GetString(webhook.Secret.Span));
        Assert.Empty(webhook.Headers);
        Assert.False(webhook.AllowPrivateAddresses);
        var command = Assert.IsType<CommandSinkOptions>(configuration.Sinks[2]);
        Assert.Equal(["/bin/sh", "-c", "cat"], command.Command.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(30), command.Timeout);
        var file = Assert.IsType<FileSinkOptions>(configuration.Sinks[3]);
        Assert.Equal((Path.Combine(_directory, "alerts.jsonl"), 10L * 1024 * 1024), (file.Path, file.MaxBytes));
    }

    [Fact]
    public void Everything_can_be_set()
    {
        AlertConfiguration configuration = Load("""
            {"sinks": {
              "arn:aws:sns:us-east-1:123456789012:a": {"type": "mqtt", "topic": "a", "qos": 0, "messagesPerMinute": 1, "burst": 2, "maxWaiting": 3},
              "arn:aws:sns:us-east-1:123456789012:b": {"type": "webhook", "url": "http://localhost:8000/", "secret": "0123456789abcdef",
                "headers": {"X-Team": "ops"}, "allowPrivateAddresses": true},
              "arn:aws:sns:us-east-1:123456789012:c": {"type": "command", "command": ["/bin/true"], "timeoutSeconds": 5},
              "arn:aws:sns:us-east-1:123456789012:d": {"type": "file", "path": "/tmp/a", "maxBytes": 65536}
            }}
            """);

        var mqtt = Assert.IsType<MqttSinkOptions>(configuration.Sinks[0]);
        Assert.Equal((MqttQoS.AtMostOnce, 1, 2, 3), (mqtt.QoS, mqtt.MessagesPerMinute, mqtt.Burst, mqtt.MaxWaiting));
        var webhook = Assert.IsType<WebhookSinkOptions>(configuration.Sinks[1]);
        Assert.True(webhook.AllowPrivateAddresses);
        Assert.Equal(("X-Team", "ops"), (webhook.Headers[0].Key, webhook.Headers[0].Value));
        Assert.Equal(TimeSpan.FromSeconds(5), Assert.IsType<CommandSinkOptions>(configuration.Sinks[2]).Timeout);
        Assert.Equal(65536, Assert.IsType<FileSinkOptions>(configuration.Sinks[3]).MaxBytes);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_with_their_places()
    {
        string[] lines = Mistakes("""
            {"sink": 1, "sinks": {
              "ops": {"type": "mqtt", "topic": "a/+"},
              "arn:aws:sns:us-east-1:123456789012:a": {"type": "webhok"},
              "arn:aws:sns:us-east-1:123456789012:b": {"type": "file", "path": "x", "maxbytes": 5, "burst": 0}
            }}
            """);

        Assert.Equal($"{ConfigurationFile}: 6 mistakes", lines[0]);
        Assert.Equal("  sink: is not known. Did you mean sinks?", lines[1]);
        Assert.Contains("  sinks[\"ops\"]: should be named by the ARN of an SNS topic", lines[2], StringComparison.Ordinal);
        Assert.Equal("  sinks[\"ops\"].topic: should be an MQTT topic without wildcards", lines[3]);
        Assert.Equal(
            "  sinks[\"arn:aws:sns:us-east-1:123456789012:a\"].type: should be one of mqtt, webhook, command, file. Did you mean webhook?", lines[4]);
        Assert.Equal("  sinks[\"arn:aws:sns:us-east-1:123456789012:b\"].maxbytes: is not known. Did you mean maxBytes?", lines[5]);
        Assert.Equal("  sinks[\"arn:aws:sns:us-east-1:123456789012:b\"].burst: should be a whole number from 1 to 1000", lines[6]);
    }

    [Theory]
    [InlineData("""{"type": "mqtt", "topic": "$aws/things/pump/defender/metrics/json"}""", "topic: should not start with $aws/things/")]
    [InlineData("""{"type": "mqtt", "topic": "$aws/things/pump/defender/metrics/json/accepted"}""", "topic: should not start with $aws/things/")]
    [InlineData("""{"type": "mqtt", "topic": ""}""", "topic: should not be empty")]
    [InlineData("""{"type": "mqtt"}""", "topic: is missing, it should be a text")]
    [InlineData("""{"type": "mqtt", "topic": "a", "qos": 2}""", "qos: should be a whole number from 0 to 1")]
    [InlineData("""{"type": "webhook", "secret": "0123456789abcdef"}""", "url: is missing")]
    [InlineData("""{"type": "webhook", "url": "ftp://a/", "secret": "0123456789abcdef"}""", "url: should be a URL")]
    [InlineData("""{"type": "webhook", "url": "http://a.example/", "secret": "0123456789abcdef"}""", "url: should be https")]
    [InlineData("""{"type": "webhook", "url": "http://10.0.0.1/", "secret": "0123456789abcdef", "allowPrivateAddresses": true}""", "url: should be https")]
    [InlineData("""{"type": "webhook", "url": "http://localhost/", "secret": "0123456789abcdef"}""", "url: leads to this machine")]
    [InlineData("""{"type": "webhook", "url": "https://127.1/", "secret": "0123456789abcdef"}""", "url: leads to this machine")]
    [InlineData("""{"type": "webhook", "url": "https://2130706433/", "secret": "0123456789abcdef"}""", "url: leads to this machine")]
    [InlineData("""{"type": "webhook", "url": "https://[fd00::1]/", "secret": "0123456789abcdef"}""", "url: leads to this machine")]
    [InlineData("""{"type": "webhook", "url": "https://169.254.169.254/", "secret": "0123456789abcdef", "allowPrivateAddresses": true}""", "url: has an address")]
    [InlineData("""{"type": "webhook", "url": "https://u:p@a.example/", "secret": "0123456789abcdef"}""", "url: should have neither a password")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/"}""", "should have either secret or secretFile")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/", "secret": "0123456789abcdef", "secretFile": "k"}""", "should have either secret or secretFile")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/", "secret": "short"}""", "secret: should have 16 to 1024 bytes")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/", "secretFile": "nowhere"}""", "secretFile: cannot be read")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/", "secret": "0123456789abcdef", "headers": {"Host": "b"}}""", "headers[\"Host\"]: is a header that the gateway sets")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/", "secret": "0123456789abcdef", "headers": {"defender-signature": "b"}}""", "is a header that the gateway sets")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/", "secret": "0123456789abcdef", "headers": {"X": "a\r\nY: b"}}""", "headers[\"X\"]: should be at most")]
    [InlineData("""{"type": "webhook", "url": "https://a.example/", "secret": "0123456789abcdef", "headers": {"X Y": "a"}}""", "is not the name of a header")]
    [InlineData("""{"type": "command", "command": "/bin/true"}""", "command: should be a list of texts")]
    [InlineData("""{"type": "command", "command": []}""", "command: should not be empty")]
    [InlineData("""{"type": "command", "command": ["sh", "-c"]}""", "command: should begin with an absolute path")]
    [InlineData("""{"type": "command", "command": ["/no/such/program"]}""", "command: names a program that is not there")]
    [InlineData("""{"type": "file", "path": "/"}""", "path: is a directory")]
    [InlineData("""{"type": "file", "path": "nowhere/a"}""", "path: is in a directory that does not exist")]
    [InlineData("""{"type": "file", "path": "a", "maxBytes": 10}""", "maxBytes: should be a whole number from 65536")]
    [InlineData("""{"topic": "a"}""", "type: is missing")]
    [InlineData("7", "should be an object")]
    public void A_sink_that_cannot_work_is_refused(string sink, string mistake)
    {
        string[] lines = Mistakes($$"""{"sinks": {"arn:aws:sns:us-east-1:123456789012:a": {{sink}} } }""");

        Assert.Equal(2, lines.Length);
        Assert.StartsWith("  sinks[\"arn:aws:sns:us-east-1:123456789012:a\"]", lines[1], StringComparison.Ordinal);
        Assert.Contains(mistake, lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Two_sinks_do_not_write_one_file()
    {
        string[] lines = Mistakes("""
            {"sinks": {
              "arn:aws:sns:us-east-1:123456789012:a": {"type": "file", "path": "a.jsonl"},
              "arn:aws:sns:us-east-1:123456789012:b": {"type": "file", "path": "./a.jsonl"}
            }}
            """);

        Assert.Contains("is the file of another sink", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"sinks": {}} x""")]
    [InlineData("""{"sinks": {}, "sinks": {}}""")]
    [InlineData("""{}""")]
    public void What_is_no_such_document_is_refused(string content) => Assert.Contains("1 mistake", Mistakes(content)[0], StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        StartupException error = Assert.Throws<StartupException>(() => AlertConfiguration.Load(ConfigurationFile));

        Assert.StartsWith($"cannot read {ConfigurationFile}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_secret_is_shown_in_a_mistake()
    {
        string[] lines = Mistakes("""
            {"sinks": {"arn:aws:sns:us-east-1:123456789012:a": {"type": "webhook", "url": "https://a.example/", "secret": "hunter2",
              "headers": {"Authorization": "Bearer hunter2\u0001"}, "password": "hunter2"}}}
            """);

        Assert.Equal(4, lines.Length);
        Assert.DoesNotContain("hunter2", string.Concat(lines), StringComparison.Ordinal);
    }

    private AlertConfiguration Load(string json)
    {
        File.WriteAllText(ConfigurationFile, json);
        return AlertConfiguration.Load(ConfigurationFile);
    }

    private string[] Mistakes(string json) => Assert.Throws<StartupException>(() => Load(json)).Message.Split('\n');
}
