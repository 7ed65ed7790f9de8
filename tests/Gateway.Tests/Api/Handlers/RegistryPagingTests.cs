using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Tests.Control;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Api.Handlers;

/// <summary>Lists of random registries in pages of random sizes: whole, in order, nothing twice.</summary>
public sealed class RegistryPagingTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(40);

    [Fact]
    public void Every_list_is_complete_and_in_order_whatever_its_pages()
    {
        int longest = 0;
        Prop.ForAll(Registries().ToArbitrary(), registry =>
        {
            using var account = new RegistryAccount();
            registry.Build(account);
            var api = new RegistryApi(account.Control, account.Arns);
            AccountState state = account.State;
            string[] things = Sorted(state.Things.After(null).Select(thing => thing.Key));
            string[] groups = Sorted(registry.Groups.Select(group => group.Name));

            Check(ThingOperations.ListThings, "things", "thingName", things);
            Check(
                ThingOperations.ListThings, "things", "thingName",
                Sorted(registry.Things.Where(thing => thing.Color == "red").Select(thing => thing.Name)),
                ("attributeName", "color"), ("attributeValue", "red"));
            Check(ThingGroupOperations.ListThingGroups, "thingGroups", "groupName", groups);
            foreach (string prefix in new[] { "a", "B", "ab" })
                Check(ThingGroupOperations.ListThingGroups, "thingGroups", "groupName", Sorted(groups.Where(Begins(prefix))), ("namePrefixFilter", prefix));
            foreach (string group in groups.Take(5))
            {
                string[] below = Sorted(groups.Where(other => other != group && state.Lineage(other).Contains(group)));
                Check(ThingGroupOperations.ListThingGroups, "thingGroups", "groupName", below, ("parentGroup", group), ("recursive", true));
                Check(
                    ThingGroupOperations.ListThingGroups, "thingGroups", "groupName",
                    Sorted(registry.Groups.Where(other => other.Parent == group).Select(other => other.Name)), ("parentGroup", group));
                Check(
                    ThingGroupOperations.ListThingsInThingGroup, "things", null,
                    Sorted(registry.Things.Where(thing => thing.Group == group).Select(thing => thing.Name)), ("thingGroupName", group));
                Check(
                    ThingGroupOperations.ListThingsInThingGroup, "things", null,
                    Sorted(registry.Things.Where(thing => thing.Group == group || below.Contains(thing.Group)).Select(thing => thing.Name)),
                    ("thingGroupName", group), ("recursive", true));
            }

            void Check(Operation operation, string list, string? name, string[] expected, params (string Name, object? Value)[] members)
            {
                List<JsonElement[]> pages = api.Pages(operation, members.ToDictionary(member => member.Name, member => member.Value), list, registry.PageSizes);
                Assert.Equal(expected, pages.SelectMany(page => page).Select(item => (name is null ? item : item.GetProperty(name)).GetString()));
                longest = Math.Max(longest, pages.Count);
            }
        }).Check(Often);

        Assert.True(longest > 3, "no list had several pages");
    }

    [Fact]
    public void A_page_goes_on_where_the_last_one_ended_though_its_end_has_gone()
    {
        using var account = new RegistryAccount();
        account.CreateThings("a", "b", "c", "d");
        var api = new RegistryApi(account.Control, account.Arns);
        string? token = api.Call(ThingOperations.ListThings, new { maxResults = 2 }).GetProperty("nextToken").GetString();

        account.Change(draft => Things.Delete(draft, "b", null));
        account.CreateThings("aa", "bb");

        JsonElement rest = api.Call(ThingOperations.ListThings, new { nextToken = token });
        Assert.Equal(["bb", "c", "d"], rest.GetProperty("things").EnumerateArray().Select(thing => thing.GetProperty("thingName").GetString()));
        Assert.False(rest.TryGetProperty("nextToken", out _));
    }

    [Fact]
    public void A_page_of_a_large_registry_costs_what_is_on_it()
    {
        using var account = new RegistryAccount();
        account.Change(draft =>
        {
            ThingGroups.Create(draft, "root", null, null, null, RegistryAccount.NoTags);
            for (int i = 0; i < 100; i++)
                ThingGroups.Create(draft, $"group-{i:000}", "root", null, null, RegistryAccount.NoTags);
            for (int i = 0; i < 10_000; i++)
            {
                Things.Create(draft, $"thing-{i:00000}", null, null, null);
                ThingGroups.AddThing(draft, i % 2 == 0 ? "root" : $"group-{i % 100:000}", $"thing-{i:00000}");
            }
        });
        var api = new RegistryApi(account.Control, account.Arns);

        (Operation Operation, Dictionary<string, object?> Members, string List)[] questions =
        [
            (ThingOperations.ListThings, [], "things"),
            (ThingGroupOperations.ListThingGroups, [], "thingGroups"),
            (ThingGroupOperations.ListThingsInThingGroup, new() { ["thingGroupName"] = "root" }, "things"),
            (ThingGroupOperations.ListThingsInThingGroup, new() { ["thingGroupName"] = "root", ["recursive"] = true }, "things"),
        ];
        foreach ((Operation operation, Dictionary<string, object?> members, string list) in questions)
        {
            Dictionary<string, object?> page = new(members) { ["maxResults"] = 10 };
            api.Call(operation, page);
            long before = GC.GetAllocatedBytesForCurrentThread();
            JsonElement answer = api.Call(operation, page);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.Equal(10, answer.GetProperty(list).GetArrayLength());
            Assert.True(allocated < 120_000, $"{operation.Name} with {page.Count} members allocated {allocated} bytes");
        }

        List<JsonElement[]> all = api.Pages(
            ThingGroupOperations.ListThingsInThingGroup, new() { ["thingGroupName"] = "root", ["recursive"] = true }, "things", 0);
        Assert.Equal((40, 10_000), (all.Count, all.Sum(page => page.Length)));
    }

    private static Func<string, bool> Begins(string prefix) => name => name.StartsWith(prefix, StringComparison.Ordinal);

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    private static Gen<Registry> Registries()
    {
        Gen<string> names =
            from length in Gen.Choose(1, 3)
            from characters in Gen.ArrayOf(Gen.Elements('a', 'b', 'A', 'B', '-', '_', ':', '1'), length)
            select new string(characters);
        Gen<Member[]> things =
            from list in Gen.ListOf(names)
            from picks in Gen.ArrayOf(Gen.Choose(0, 1000), list.Count)
            from colors in Gen.ArrayOf(Gen.Elements("red", "blue"), list.Count)
            select list.Zip(picks, colors).DistinctBy(thing => thing.First).Select(thing => new Member(thing.First, thing.Third, thing.Second)).ToArray();
        return
            from members in things
            from groups in Gen.ListOf(names)
            from parents in Gen.ArrayOf(Gen.Choose(-1, 8), groups.Count)
            from sizes in Gen.ArrayOf(Gen.Frequency((4, Gen.Choose(1, 4)), (1, Gen.Choose(5, 250)), (1, Gen.Constant(0))), 3)
            select Registry.Of(members, [.. groups.Distinct()], parents, sizes);
    }

    private sealed record Member(string Name, string Color, int Pick)
    {
        public string? Group { get; init; }
    }

    private sealed record Registry(IReadOnlyList<Member> Things, IReadOnlyList<(string Name, string? Parent)> Groups, int[] PageSizes)
    {
        /// <summary>Each group has a parent among the five before it, or none; each thing is in at most one group.</summary>
        public static Registry Of(Member[] things, string[] groups, int[] parents, int[] sizes)
        {
            List<(string Name, string? Parent)> tree = [];
            Dictionary<string, int> depths = [];
            foreach ((string name, int pick) in groups.Zip(parents))
            {
                string? parent = pick >= 0 && pick < tree.Count ? tree[^(pick + 1)].Name : null;
                int depth = parent is null ? 1 : depths[parent] + 1;
                if (depth > ThingGroups.MaxDepth)
                    (parent, depth) = (null, 1);
                depths[name] = depth;
                tree.Add((name, parent));
            }

            return new Registry(
                [.. things.Select(thing => thing with { Group = thing.Pick % 4 == 0 || tree.Count == 0 ? null : tree[thing.Pick % tree.Count].Name })], tree, sizes);
        }

        public void Build(RegistryAccount account) => account.Change(draft =>
        {
            foreach ((string name, string? parent) in Groups)
                ThingGroups.Create(draft, name, parent, null, null, RegistryAccount.NoTags);
            foreach (Member thing in Things)
            {
                Gateway.Control.Things.Create(draft, thing.Name, null, RegistryAccount.Map($"color={thing.Color}"), null);
                if (thing.Group is { } group)
                    ThingGroups.AddThing(draft, group, thing.Name);
            }
        });
    }
}
