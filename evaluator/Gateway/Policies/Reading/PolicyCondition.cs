using System.Linq;
using Defender.Gateway.Alerts.Reading;

namespace Defender.Gateway.Policies.Reading;

/// <summary>Reads the one condition that the gateway can tell: <c>{"Bool":{"iot:Connection.Thing.IsAttached":"true"}}</c>.</summary>
internal static class PolicyCondition
{
    /// <summary>The value that the condition asks for; null without a condition, and where it has mistakes.</summary>
    public static bool? Read(ConfigurationNode node)
    {
        if (!node.IsGiven || !node.IsObject)
            return null;
        // A condition that is not understood cannot be left out: an Allow would hold for everybody.
        node.RefuseUnknown("Bool");
        ConfigurationNode operands = node.Member("Bool");
        if (!operands.IsObject)
            return null;
        operands.RefuseUnknown(PolicyVariable.IsAttached);
        ConfigurationNode value = operands.Members(inBrackets: true).FirstOrDefault(member => member.Name == PolicyVariable.IsAttached).Value;
        if (!value.IsGiven)
        {
            operands.Mistake($"should hold {PolicyVariable.IsAttached}");
            return null;
        }

        var values = value.OneOrMore();
        if (values is [var single] && single.RawText is "true" or "\"true\"")
            return true;
        if (values is [var other] && other.RawText is "false" or "\"false\"")
            return false;
        value.Mistake("should be true or false");
        return null;
    }
}
