using System;
using System.Text;
using Defender.Gateway.Alerts;
using Xunit;

namespace Defender.Gateway.Tests.Alerts;

public sealed class ViolationLineTests
{
    [Fact]
    public void A_line_names_thing_behavior_and_offending_members()
    {
        string line = ViolationLine.Format(Encoding.UTF8.GetBytes(
            """
            {"violationEventTime":1700000400123,"thingName":"pump-17","behavior":{"name":"no-telnet","metric":"aws:listening-tcp-ports",
             "criteria":{"comparisonOperator":"not-in-port-set","value":{"ports":[2323]}}},"violationEventType":"in-alarm",
             "metricValue":{"ports":[22,2323]},"violationId":"0f34","securityProfileName":"Pumps","offendingMembers":{"ports":[2323]}}
            """));

        Assert.Equal(
            "2023-11-14T22:20:00.123Z in-alarm thing=pump-17 profile=Pumps behavior=no-telnet metric=aws:listening-tcp-ports offending=2323 value=22,2323 violation=0f34",
            line);
    }

    [Fact]
    public void Names_with_blanks_are_quoted_and_hidden_characters_shown()
    {
        string line = Format("""{"count":54}""", "pump \\\"17\\\"\\u200b");

        Assert.Contains("""thing="pump \"17\"\u200B" """, line, StringComparison.Ordinal);
        Assert.Contains(" value=54 ", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\\\" forged=1", """thing="a\\\" forged=1" profile=p""")]
    [InlineData("a\\", """thing="a\\" profile=p""")]
    public void A_backslash_cannot_end_a_quoted_value(string name, string expected)
    {
        string line = Format("""{"count":1}""", name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));

        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_are_cut_and_counted()
    {
        string line = Format($$"""{"ports":[{{string.Join(',', System.Linq.Enumerable.Range(1, 30))}}]}""", "a");

        Assert.Contains(",19,20,+10 ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_void_alarm_has_no_value()
    {
        string line = ViolationLine.Format(Encoding.UTF8.GetBytes(
            """{"violationEventTime":0,"thingName":"a","behavior":{"name":"b","metric":"m"},"violationEventType":"alarm-invalidated","violationId":"1","securityProfileName":"p"}"""));

        Assert.Equal("1970-01-01T00:00:00.000Z alarm-invalidated thing=a profile=p behavior=b metric=m violation=1", line);
    }

    private static string Format(string value, string thing) => ViolationLine.Format(Encoding.UTF8.GetBytes(
        $$"""{"violationEventTime":0,"thingName":"{{thing}}","behavior":{"name":"b","metric":"m"},"violationEventType":"in-alarm","metricValue":{{value}},"violationId":"1","securityProfileName":"p"}"""));
}
