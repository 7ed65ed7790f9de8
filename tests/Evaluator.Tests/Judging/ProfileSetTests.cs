using System;
using System.Linq;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>Which profiles apply to which things.</summary>
public sealed class ProfileSetTests
{
    private static readonly ProfileSet Set = ProfileSet.Compile(
    [
        new(Named("all"), [AttachmentTarget.AllThings]),
        new(Named("registered"), [AttachmentTarget.RegisteredThings]),
        new(Named("unregistered"), [AttachmentTarget.UnregisteredThings]),
        new(Named("pumps"), [AttachmentTarget.ThingGroup("pumps")]),
        new(Named("twice"), [AttachmentTarget.ThingGroup("site-a"), AttachmentTarget.ThingGroup("pumps")]),
        new(Named("nowhere"), []),
    ]);

    [Theory]
    [InlineData(true, "", "all registered")]
    [InlineData(false, "", "all unregistered")]
    [InlineData(true, "pumps", "all registered pumps twice")]
    [InlineData(true, "site-a pumps", "all registered pumps twice")]
    [InlineData(true, "site-a", "all registered twice")]
    [InlineData(true, "PUMPS", "all registered")]
    public void A_profile_applies_once_where_one_of_its_targets_means_the_thing(bool registered, string groups, string profiles)
    {
        ThingProfiles found = Set.For(new ThingMembership(registered, [.. groups.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));
        Assert.Equal(profiles, string.Join(' ', found.Profiles.Select(profile => profile.Name)));
    }

    [Fact]
    public void Things_that_the_same_profiles_apply_to_share_one_object()
    {
        ThingProfiles one = Set.For(new ThingMembership(true, ["site-a", "pumps"]));
        Assert.Same(one, Set.For(new ThingMembership(true, ["pumps", "somewhere-else"])));
        Assert.NotSame(one, Set.For(ThingMembership.Registered));
    }

    [Fact]
    public void Nothing_attached_is_none()
    {
        Assert.Same(ThingProfiles.None, ProfileSet.Empty.For(ThingMembership.Registered));
        Assert.Same(ThingProfiles.None, ProfileSet.Compile([new(Named("nowhere"), [])]).For(ThingMembership.Unregistered));
    }

    [Fact]
    public void A_profile_that_is_given_twice_is_a_bug_of_the_caller() => Assert.Throws<ArgumentException>(
        () => ProfileSet.Compile([new(Named("p"), [AttachmentTarget.AllThings]), new(Named("p"), [AttachmentTarget.RegisteredThings])]));

    [Fact]
    public void Custom_metrics_are_found_by_name_when_the_catalog_has_been_renumbered()
    {
        Metric before = new MetricCatalog([new("level", MetricValueKind.Number)]).All[^1];
        var after = new MetricCatalog([new("other", MetricValueKind.Number), new("level", MetricValueKind.Number)]);
        var bench = new Bench(new Behavior("b", before, new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfNumber(5), null)));
        Assert.Empty(bench.Observe(0, buffer => buffer.AddNumber(after.All[^2], 9)));
        Assert.Single(bench.Observe(300, buffer => buffer.AddNumber(after.All[^1], 9)));
    }

    [Fact]
    public void A_custom_metric_defined_anew_with_another_type_is_not_judged()
    {
        Metric number = new MetricCatalog([new("level", MetricValueKind.Number)]).All[^1];
        Metric strings = new MetricCatalog([new("level", MetricValueKind.Strings)]).All[^1];
        var bench = new Bench(new Behavior("b", number, new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfNumber(-5), null)));
        Assert.Empty(bench.Observe(0, buffer => buffer.AddStrings(strings)));
        Assert.Single(bench.Observe(0, buffer => buffer.AddNumber(number, 0)));
    }

    [Fact]
    public void Equal_ports_and_networks_are_kept_once()
    {
        var pool = new SetPool();
        Assert.Same(pool.Ports([443, 22, 0, 65535]), pool.Ports([65535, 22, 443, 0, 22]));
        Assert.NotSame(pool.Ports([443]), pool.Ports([22]));
        Assert.Same(pool.Cidrs(["10.0.0.0/8"]), pool.Cidrs(["10.0.0.0/8"]));
    }

    private static SecurityProfile Named(string name) => new(name);
}
