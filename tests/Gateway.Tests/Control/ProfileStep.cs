using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Defender.Gateway.Tests.Control;

/// <summary>A change around security profiles, for which the account and the model have to agree.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Profile">With which profile.</param>
/// <param name="Metric">Which custom metric it names, or is meant; null for none.</param>
/// <param name="Dimension">Which dimension it names, or is meant; null for none.</param>
/// <param name="Target">What it is attached to or detached from; a group's name follows the slash.</param>
/// <param name="Flag">Whether behaviors are deleted by an update, or a number metric is made a list.</param>
/// <param name="Version">The expected version; null for any.</param>
internal sealed record ProfileStep(string Verb, string Profile, string? Metric, string? Dimension, string Target, bool Flag, long? Version)
{
    private static readonly string[] Profiles = ["p1", "P2", "p3", "p4", "p5", "p6", "p7"];
    private static readonly string[] Targets = ["all/things", "all/things", "all/registered-things", "thinggroup/g", "thinggroup/G", "thinggroup/none"];

    /// <summary>Sequences over few names, so that they meet.</summary>
    public static Gen<ProfileStep[]> Sequences()
    {
        Gen<ProfileStep> steps =
            from verb in Gen.Frequency(
                (6, Gen.Elements("create", "attach", "attach")),
                (3, Gen.Elements("update", "detach", "delete")),
                (3, Gen.Elements("create metric", "delete metric", "create dimension", "delete dimension")),
                (1, Gen.Elements("create group", "delete group")))
            from profile in Gen.Elements(Profiles)
            from metric in Gen.Elements<string?>(null, "m1", "m2")
            from dimension in Gen.Elements<string?>(null, null, "d1")
            from target in Gen.Elements(Targets)
            from flag in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
            from version in Gen.Frequency((5, Gen.Constant<long?>(null)), (1, Gen.Elements<long?>(1, 2)))
            select new ProfileStep(verb, profile, metric, dimension, target, flag, version);
        return
            from all in Gen.Elements(true, false)
            from count in Gen.Choose(0, 60)
            from rest in Gen.ArrayOf(steps, count)
            from attached in Gen.Choose(0, 6)
            select Profiles.Take(all ? Profiles.Length : 0)
                .Select(profile => new ProfileStep("create", profile, null, null, "", false, null))
                .Concat(Profiles.Take(all ? attached : 0).Select(profile => new ProfileStep("attach", profile, null, null, "all/things", false, null)))
                .Concat(rest)
                .ToArray();
    }
}
