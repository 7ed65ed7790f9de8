using Defender.Gateway.Policies;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>What a device may do that no policy names.</summary>
public sealed class DefaultPolicyTests
{
    [Theory]
    [InlineData("Connect pump", true)]
    [InlineData("Connect pump2", false)]
    [InlineData("Connect ", false)]
    [InlineData("Publish $aws/things/pump/defender/metrics/json", true)]
    [InlineData("Publish $aws/things/pump/defender/metrics/cbor", true)]
    [InlineData("RetainPublish $aws/things/pump/defender/metrics/json", false)]
    [InlineData("Publish $aws/things/pump/shadow/update", false)]
    [InlineData("Publish $aws/things/other/defender/metrics/json", false)]
    [InlineData("Publish defender/things/pump/a", false)]
    [InlineData("Publish a", false)]
    [InlineData("Subscribe $aws/things/pump/defender/metrics/json/accepted", true)]
    [InlineData("Subscribe $aws/things/pump/defender/metrics/+/rejected", true)]
    [InlineData("Subscribe $aws/things/pump/#", true)]
    [InlineData("Subscribe defender/things/pump/#", true)]
    [InlineData("Subscribe $aws/things/+/defender/metrics/json", false)]
    [InlineData("Subscribe $aws/things/other/#", false)]
    [InlineData("Subscribe #", false)]
    [InlineData("Receive $aws/things/pump/defender/metrics/json/accepted", true)]
    [InlineData("Receive defender/things/pump/command", true)]
    [InlineData("Receive defender/things/other/command", false)]
    [InlineData("Receive a", false)]
    public void A_device_is_its_thing_and_nothing_else(string question, bool isAllowed)
    {
        Assert.Equal(isAllowed, SessionPolicy.Compile([DefaultPolicy.Document], Policy.Device("pump")).Allows(question));
        Assert.False(SessionPolicy.Compile([DefaultPolicy.Document], Policy.Device("pump") with { ThingIsAttached = false }).Allows(question));
    }
}
