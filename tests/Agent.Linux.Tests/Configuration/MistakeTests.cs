using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Agent.Linux.Configuration;
using Xunit;

namespace Defender.Agent.Linux.Tests.Configuration;

/// <summary>Each mistake has its line and its sentence, and all of them are told at once.</summary>
public sealed class MistakeTests
{
    [Theory]
    [InlineData("""{"endpoit":"h"}""", "agent.json:1: endpoit: unknown key; did you mean 'endpoint'?")]
    [InlineData("""{"zzzzzzzzzzzzzzzzz":1}""", "agent.json:1: zzzzzzzzzzzzzzzzz: unknown key")]
    [InlineData("""{"device-defender":{"intervall":300}}""", "agent.json:1: device-defender.intervall: unknown key; did you mean 'device-defender.interval'?")]
    [InlineData("""{"device-defender":{"logging":{}}}""", "agent.json:1: device-defender.logging: unknown key; did you mean 'logging'?")]
    [InlineData("""{"interval":300}""", "agent.json:1: interval: unknown key; did you mean 'device-defender.interval'?")]
    [InlineData("""{"devicedefender":{}}""", "agent.json:1: devicedefender: unknown key; did you mean 'device-defender'?")]
    [InlineData("""{"device-defender":true}""", "agent.json:1: device-defender: takes an object, not true or false")]
    [InlineData("""{"endpoint":5}""", "agent.json:1: endpoint: takes a text, not a number")]
    [InlineData("""{"endpoint":null}""", "agent.json:1: endpoint: takes a text, not null")]
    [InlineData("""{"device-defender":{"enabled":"true"}}""", "agent.json:1: device-defender.enabled: takes true or false, not a text")]
    [InlineData("""{"device-defender":{"interval":0}}""", "agent.json:1: device-defender.interval: 0 is out of range, 1s to 24h")]
    [InlineData("""{"device-defender":{"interval":86401}}""", "agent.json:1: device-defender.interval: 86401 is out of range, 1s to 24h")]
    [InlineData("""{"device-defender":{"interval":-1}}""", "agent.json:1: device-defender.interval: '-1' is no duration; write 5s, 5m, 1h, or a number of seconds")]
    [InlineData("""{"device-defender":{"interval":true}}""", "agent.json:1: device-defender.interval: takes a number of seconds or a text such as \"5m\", 1s to 24h, not true or false")]
    [InlineData("""{"device-defender":{"max-ports":5001}}""", "agent.json:1: device-defender.max-ports: '5001' is no number from 0 to 5000")]
    [InlineData("""{"device-defender":{"max-ports":1.5}}""", "agent.json:1: device-defender.max-ports: '1.5' is no number from 0 to 5000")]
    [InlineData("""{"device-defender":{"max-ports":"5"}}""", "agent.json:1: device-defender.max-ports: takes a number from 0 to 5000, not a text")]
    [InlineData("""{"device-defender":{"format":"jsno"}}""", "agent.json:1: device-defender.format: 'jsno' is neither json nor cbor; did you mean 'json'?")]
    [InlineData("""{"device-defender":{"kernel-path":"netlnk"}}""", "agent.json:1: device-defender.kernel-path: 'netlnk' is none of auto, netlink, proc; did you mean 'netlink'?")]
    [InlineData("""{"device-defender":{"interfaces":["eth0",5]}}""", "agent.json:1: device-defender.interfaces: takes a list of texts, and item 2 is a number")]
    [InlineData("""{"device-defender":{"interfaces":"eth0"}}""", "agent.json:1: device-defender.interfaces: takes a list of texts, not a text")]
    [InlineData("""{"key":"~root/key.pem"}""", "agent.json:1: key: '~root/key.pem': the home directory of another user is not looked up; write it out")]
    [InlineData("""{"key":"$NOT_THERE_AT_ALL/key.pem"}""", "agent.json:1: key: '$NOT_THERE_AT_ALL/key.pem': the environment has no NOT_THERE_AT_ALL")]
    [InlineData("""{"key":"${HOME"}""", "agent.json:1: key: '${HOME': a $ stands before no name of a variable")]
    [InlineData("{\"thing-name\":\"a\",\n\"thing-name\":\"b\"}", "agent.json:2: thing-name stands twice, first on line 1")]
    [InlineData("{\"jobs\":{\"enabled\":true,\n\"enabled\":true}}", "agent.json:2: jobs.enabled stands twice, first on line 1")]
    [InlineData("{\"thing-name\":\"a\",\n\"thing\\u002dname\":\"b\"}", "agent.json:2: thing-name stands twice, first on line 1")]
    [InlineData("", "agent.json:1: not JSON: the file is empty")]
    [InlineData("  \n ", "agent.json:2: not JSON: the file is empty")]
    [InlineData("[]", "agent.json:1: a configuration is one JSON object, not a list")]
    [InlineData("{\n  \"cert\": \"a\"\n  \"key\": \"b\"\n}", "agent.json:3: not JSON: unexpected '\"' at byte 3 of the line")]
    [InlineData("{\n  // mine\n}", "agent.json:2: not JSON: unexpected '/' at byte 3 of the line; JSON has no comments")]
    [InlineData("{\"cert\":\"a\",}", "agent.json:1: not JSON: unexpected '}' at byte 13 of the line")]
    [InlineData("{\"cert\":\"a\"", "agent.json:1: not JSON: the file ends too early")]
    [InlineData("{} {}", "agent.json:1: not JSON: unexpected '{' at byte 4 of the line")]
    public void Of_a_file(string json, string message)
    {
        using Loaded loaded = new(json);

        Assert.Equal(message, Assert.Single(loaded.Messages));
    }

    [Theory]
    [InlineData("DEFENDER_AGENT_INTERVALL", "5", "DEFENDER_AGENT_INTERVALL: unknown variable; did you mean 'DEFENDER_AGENT_INTERVAL'?")]
    [InlineData("DEFENDER_AGENT_INTERVAL", "soon", "DEFENDER_AGENT_INTERVAL: 'soon' is no duration; write 5s, 5m, 1h, or a number of seconds")]
    [InlineData("DEFENDER_AGENT_ENABLED", "yes", "DEFENDER_AGENT_ENABLED: 'yes' is neither true nor false")]
    public void Of_the_environment(string name, string value, string message)
    {
        using Loaded loaded = new(null, "", (name, value));

        Assert.Equal(message, Assert.Single(loaded.Messages));
    }

    [Fact]
    public void All_of_them_at_once()
    {
        using Loaded loaded = new(
            """
            {
              "endpont": "gateway",
              "device-defender": { "interval": 0, "max-ports": -1 },
              "custom-metrics": { "uptme": true }
            }
            """,
            "--format xml",
            ("DEFENDER_AGENT_NAMES", "tiny"));

        Assert.Equal(
            ["agent.json:2:", "agent.json:3:", "agent.json:3:", "agent.json:4:", "DEFENDER_AGENT_NAMES:", "--format:"],
            loaded.Messages.Select(message => message[..(message.IndexOf(": ", StringComparison.Ordinal) + 1)]));
    }

    [Fact]
    public void A_file_has_a_largest_size()
    {
        string filler = new(' ', ConfigurationParser.MaxBytes - 1);

        using Loaded largest = new("{" + filler[1..] + "}");
        using Loaded larger = new("{" + filler + "}");

        Assert.Empty(largest.Messages);
        Assert.Equal("agent.json: a configuration has at most 262144 bytes", Assert.Single(larger.Messages));
    }

    [Fact]
    public void Nesting_has_an_end()
    {
        using Loaded loaded = new("{\"jobs\":" + new string('[', 1000) + new string(']', 1000) + "}");

        Assert.StartsWith("agent.json:1: not JSON: ", Assert.Single(loaded.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_no_UTF8_is_no_JSON()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "agent.json");
        File.WriteAllBytes(file, [.. "{\"cert\":\""u8, 0xFF, .. "\"}"u8]);

        ConfigurationLoader.Load(file, [], null, [], out IReadOnlyList<ConfigurationMistake> mistakes);

        Assert.StartsWith("not JSON: ", Assert.Single(mistakes).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.json", "cannot be read: there is no such file")]
    [InlineData("missing/agent.json", "cannot be read: there is no such directory")]
    [InlineData(".", "cannot be read: this user may not, or it is a directory")]
    public void A_file_that_cannot_be_read_is_named(string name, string message)
    {
        using TemporaryFolder folder = new();

        ConfigurationLoader.Load(Path.Combine(folder.Path, name), [], null, [], out IReadOnlyList<ConfigurationMistake> mistakes);

        Assert.Equal(message, Assert.Single(mistakes).Message);
    }

    [Theory]
    [InlineData("""{"thing-name":"a"}""", "--endpoint is missing: --endpoint HOST|URL, endpoint in a file, or DEFENDER_AGENT_ENDPOINT")]
    [InlineData("""{"endpoint":"h"}""", "--thing is missing: --thing NAME, thing-name in a file, or DEFENDER_AGENT_THING")]
    [InlineData("""{"endpoint":"h","thing-name":"a/b"}""", "agent.json:1: thing-name: a thing name is one level of an MQTT topic: no '/', '+' or '#'")]
    [InlineData("""{"endpoint":"wss://h","thing-name":"a"}""", "agent.json:1: endpoint: endpoint scheme 'wss' is not supported, only mqtt (plain MQTT over TCP) and mqtts (over TLS)")]
    [InlineData("""{"endpoint":"h","thing-name":"a","cert":"/c"}""", "agent.json:1: cert: a certificate needs its private key; set key")]
    [InlineData("""{"endpoint":"h","thing-name":"a","key":"/k"}""", "agent.json:1: key: a private key needs its certificate; set cert")]
    [InlineData("""{"endpoint":"h","thing-name":"a","mqtt":{"version":"3.1.1","password":"p"}}""", "agent.json:1: mqtt.password: MQTT 3.1.1 has no password without a user name; set mqtt.user-name")]
    public void What_does_not_fit_together_is_named(string json, string message)
    {
        using Loaded loaded = new(json);
        List<ConfigurationMistake> mistakes = [];

        AgentPlan.ForDelivery(loaded.Configuration, once: false, mistakes);

        Assert.Empty(loaded.Messages);
        Assert.Equal(message, Assert.Single(mistakes).ToString().Replace(Path.GetDirectoryName(loaded.File) + "/", "", StringComparison.Ordinal));
    }
}
