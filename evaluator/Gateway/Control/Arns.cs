using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace Defender.Gateway.Control;

/// <summary>
/// The account's ARNs: <c>arn:aws:iot:{region}:{account}:{resource}</c>. Those that come in may name any region and account, so
/// that scripts written for AWS need no change; those that go out name the gateway's own.
/// </summary>
/// <param name="region">1 to 64 of <c>[a-z0-9-]</c>.</param>
/// <param name="accountId">12 digits.</param>
internal sealed class Arns(string region, string accountId)
{
    public const string DefaultRegion = "us-east-1";

    /// <summary>The account of AWS's own examples.</summary>
    public const string DefaultAccountId = "123456789012";

    public const string SecurityProfile = "securityprofile";
    public const string CustomMetric = "custommetric";
    public const string Dimension = "dimension";
    public const string MitigationAction = "mitigationaction";
    public const string Thing = "thing";
    public const string ThingGroup = "thinggroup";
    public const string ThingType = "thingtype";

    private readonly string _prefix = $"arn:aws:iot:{region}:{accountId}:";

    /// <summary>The ARN of a resource of the account.</summary>
    /// <param name="resource">Like <c>thinggroup/pumps</c> or <c>all/things</c>.</param>
    public string Of(string resource) => _prefix + resource;

    /// <summary>The ARN of a named resource of the account.</summary>
    public string Of(string kind, string name) => $"{_prefix}{kind}/{name}";

    /// <summary>The resource of an ARN of AWS IoT, like <c>thinggroup/pumps</c>.</summary>
    public static bool TryParse(string arn, [NotNullWhen(true)] out string? resource)
    {
        resource = null;
        string[] parts = arn.Split(':', 6);
        if (parts is not ["arn", var partition, "iot", var region, var account, { Length: > 0 } rest]
            || !partition.StartsWith("aws", StringComparison.Ordinal)
            || !IsRegion(region) || !IsAccountId(account))
            return false;
        resource = rest;
        return true;
    }

    /// <summary>The name in an ARN of a kind of resource.</summary>
    public static bool TryParse(string arn, string kind, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!TryParse(arn, out string? resource) || !resource.StartsWith(kind, StringComparison.Ordinal)
            || resource.Length <= kind.Length + 1 || resource[kind.Length] != '/')
            return false;
        name = resource[(kind.Length + 1)..];
        return true;
    }

    public static bool IsRegion(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public static bool IsAccountId(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);
}
