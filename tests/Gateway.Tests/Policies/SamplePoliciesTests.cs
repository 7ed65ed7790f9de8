using System.Collections.Frozen;
using System.Collections.Generic;
using System.IO;
using Defender.Gateway.Policies;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>The policies that the documentation shows.</summary>
public sealed class SamplePoliciesTests
{
    [Theory]
    [InlineData("Device", "Connect pump", true)]
    [InlineData("Device", "Connect fan", false)]
    [InlineData("Device", "Publish $aws/things/pump/defender/metrics/json", true)]
    [InlineData("Device", "Subscribe plant/pump/#", true)]
    [InlineData("Device", "Subscribe plant/+/rpm", false)]
    [InlineData("Operator", "Subscribe #", true)]
    [InlineData("Operator", "Receive plant/fan/rpm", true)]
    [InlineData("Operator", "Publish plant/fan/stop", true)]
    [InlineData("Operator", "Publish $aws/things/fan/defender/metrics/json", false)]
    [InlineData("Device Quarantine", "Publish plant/pump/rpm", false)]
    [InlineData("Device Quarantine", "Publish $aws/things/pump/defender/metrics/json", true)]
    public void They_mean_what_they_say(string names, string question, bool isAllowed)
    {
        string file = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "samples", "policies", "policies.json"));
        Assert.True(Policy.TryRead(file, out FrozenDictionary<string, PolicyDocument>? policies, out IReadOnlyList<string> mistakes), string.Join('\n', mistakes));

        PolicyDocument[] documents = System.Array.ConvertAll(names.Split(' '), name => policies![name]);

        Assert.Equal(isAllowed, SessionPolicy.Compile(documents, Policy.Device("pump")).Allows(question));
    }
}
