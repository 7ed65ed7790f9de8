using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Defender.Gateway.Tests.Control;

/// <summary>A change of the registry, for which the account and the model have to agree.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Thing">To which thing.</param>
/// <param name="Group">To which group, or out of which one.</param>
/// <param name="Other">The parent of a new group, or the group that a thing moves to.</param>
/// <param name="Attributes">The attributes given; null for none.</param>
/// <param name="Merges">Whether they are merged.</param>
/// <param name="Version">The expected version; null for any.</param>
internal sealed record RegistryStep(
    string Verb, string Thing, string Group, string? Other, Dictionary<string, string>? Attributes, bool Merges, long? Version)
{
    private static readonly string[] Things = ["a", "B", "b", "c"];
    private static readonly string[] Groups = [.. Enumerable.Range(0, 13).Select(i => $"{(i % 2 == 0 ? 'g' : 'G')}{i}")];

    /// <summary>
    /// Sequences of steps over few names, so that they meet: first things and groups of which each is a root or below the one
    /// before, then anything.
    /// </summary>
    public static Gen<RegistryStep[]> Sequences()
    {
        Gen<RegistryStep> steps =
            from verb in Gen.Frequency(
                (8, Gen.Elements("add", "move")),
                (2, Gen.Elements("create group", "create thing", "remove")),
                (3, Gen.Elements("update thing", "update group")),
                (2, Gen.Elements("delete thing", "delete group", "delete group")))
            from thing in Gen.Elements(Things)
            from @group in Gen.Choose(0, Groups.Length - 1)
            from other in Gen.Frequency(
                (3, Gen.Constant(-1)), (3, Gen.Constant(@group - 1)), (1, Gen.Choose(0, Groups.Length - 1)))
            from attributes in Gen.Frequency(
                (6, Gen.Constant<string[]?>(null)),
                (2, Gen.Elements<string[]?>([], ["x=1"], ["x="], ["x=2", "y=1"], ["y=", "z=1"], ["x=1", "y=1", "z=1", "w="])),
                (1, Gen.Constant<string[]?>(["x=1", "y=1", "z=1", "w=1"])))
            from merges in Gen.Elements(true, false)
            from version in Gen.Frequency((5, Gen.Constant<long?>(null)), (2, Gen.Elements<long?>(1, 2)))
            select new RegistryStep(
                verb, thing, Groups[@group], other < 0 ? null : Groups[other],
                attributes is null ? null : RegistryAccount.Map(attributes), merges, version);
        return
            from things in Gen.Choose(0, Things.Length)
            from below in Gen.ArrayOf(Gen.Elements(true, false), Groups.Length)
            from groups in Gen.Choose(0, Groups.Length)
            from count in Gen.Choose(0, 60)
            from rest in Gen.ArrayOf(steps, count)
            select Things.Take(things).Select(thing => Create("create thing", thing, "", null))
                .Concat(Groups.Take(groups).Select((@group, i) => Create("create group", "", @group, i > 0 && below[i] ? Groups[i - 1] : null)))
                .Concat(rest)
                .ToArray();
    }

    public static string Line(string what, string name, long version, IEnumerable<KeyValuePair<string, string>> attributes, string[] groups) =>
        $"{what} {name} v{version} {string.Join(' ', attributes.Select(attribute => $"{attribute.Key}={attribute.Value}").Order())} in {string.Join(' ', groups)}";

    public static string Line(string what, string name, IEnumerable<string> names) => $"{what} of {name}: {string.Join(' ', names)}";

    private static RegistryStep Create(string verb, string thing, string @group, string? parent) => new(verb, thing, @group, parent, null, false, null);
}
