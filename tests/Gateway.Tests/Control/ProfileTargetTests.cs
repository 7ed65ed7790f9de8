using Defender.Gateway.Control;
using Xunit;

namespace Defender.Gateway.Tests.Control;

public sealed class ProfileTargetTests
{
    [Theory]
    [InlineData("arn:aws:iot:us-east-1:123456789012:all/things", "all/things")]
    [InlineData("arn:aws-cn:iot:cn-north-1:000000000000:all/registered-things", "all/registered-things")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:all/unregistered-things", "all/unregistered-things")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thinggroup/pumps", "thinggroup/pumps")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thinggroup/a:b", "thinggroup/a:b")]
    public void Targets_of_any_region_and_account_are_taken(string arn, string target) => Assert.Equal(target, ProfileTarget.Parse(arn));

    [Theory]
    [InlineData("")]
    [InlineData("arn")]
    [InlineData(":::::")]
    [InlineData("all/things")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:all/Things")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:all/things/")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:all/things:1")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thinggroup/")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thinggroup")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thing/pump")]
    [InlineData("arn:aws:sns:us-east-1:123456789012:all/things")]
    [InlineData("arn:gcp:iot:us-east-1:123456789012:all/things")]
    [InlineData("ARN:aws:iot:us-east-1:123456789012:all/things")]
    [InlineData("arn:aws:iot:US-EAST-1:123456789012:all/things")]
    [InlineData("arn:aws:iot::123456789012:all/things")]
    [InlineData("arn:aws:iot:us-east-1:12345678901:all/things")]
    [InlineData("arn:aws:iot:us-east-1:１２３４５６７８９０１２:all/things")]
    public void Anything_else_is_refused(string arn) =>
        Assert.Equal(ControlError.InvalidRequest, Assert.Throws<ControlException>(() => ProfileTarget.Parse(arn)).Error);

    [Fact]
    public void A_refusal_does_not_repeat_long_or_hostile_text()
    {
        string message = Assert.Throws<ControlException>(() => ProfileTarget.Parse("arn:\r\n\u001b[31m" + new string('x', 100_000))).Message;

        Assert.InRange(message.Length, 1, 500);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
