using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace Defender.Gateway.Policies;

/// <summary>A variable of a policy, by its name as it stands between <c>${</c> and <c>}</c>.</summary>
internal sealed record PolicyVariable
{
    public const string ClientId = "iot:ClientId";
    public const string ThingName = "iot:Connection.Thing.ThingName";
    public const string ThingTypeName = "iot:Connection.Thing.ThingTypeName";
    public const string CommonName = "iot:Certificate.Subject.CommonName";

    /// <summary>What stands in a condition only.</summary>
    public const string IsAttached = "iot:Connection.Thing.IsAttached";

    private const string AttributePrefix = "iot:Connection.Thing.Attributes[";

    private PolicyVariable(string name, string? attribute)
    {
        Name = name;
        Attribute = attribute;
    }

    /// <summary>The whole name.</summary>
    public string Name { get; }

    /// <summary>The thing's attribute that it stands for; null for the other variables.</summary>
    public string? Attribute { get; }

    /// <summary>Reads a name; false for a variable that the gateway has no value for in any session.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out PolicyVariable? variable)
    {
        variable = null;
        if (name is ClientId or ThingName or ThingTypeName or CommonName)
            variable = new PolicyVariable(name, null);
        else if (name.StartsWith(AttributePrefix, StringComparison.Ordinal) && name.EndsWith(']'))
        {
            string attribute = name[AttributePrefix.Length..^1];
            if (IsAttributeName(attribute))
                variable = new PolicyVariable(name, attribute);
        }

        return variable is not null;
    }

    // AWS: AttributeName.
    private static bool IsAttributeName(string text) =>
        text.Length is >= 1 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || "_.,@/:#-".Contains(c, StringComparison.Ordinal));
}
