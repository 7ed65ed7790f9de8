using System;
using System.Linq;
using Defender.Gateway.Control;
using Xunit;

namespace Defender.Gateway.Tests.Control;

/// <summary>Who is in a thing group.</summary>
public sealed class ThingGroupMembersTests : IDisposable
{
    private readonly RegistryAccount _account = new();

    public void Dispose() => _account.Dispose();

    [Fact]
    public void Things_join_and_leave_and_may_say_so_twice()
    {
        _account.CreateThings("a");
        _account.CreateGroups("h", "g");

        _account.Add("a/h", "a/g");
        AccountState joined = _account.State;
        _account.Add("a/g");
        Assert.Same(joined, _account.State);
        Assert.Equal(["g", "h"], Things.Get(joined, "a").Groups);

        _account.Change(draft => ThingGroups.RemoveThing(draft, "g", "a"));
        AccountState left = _account.State;
        _account.Change(draft => ThingGroups.RemoveThing(draft, "g", "a"));
        Assert.Same(left, _account.State);
        Assert.Equal(["h"], Things.Get(left, "a").Groups);
    }

    [Fact]
    public void What_is_unknown_is_not_found()
    {
        _account.CreateThings("a");
        _account.CreateGroups("g");

        _account.Refused(ControlError.ResourceNotFound, draft => ThingGroups.AddThing(draft, "unknown", "a"));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingGroups.AddThing(draft, "g", "unknown"));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingGroups.RemoveThing(draft, "unknown", "a"));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingGroups.RemoveThing(draft, "g", "unknown"));
        Assert.Throws<ControlException>(() => ThingGroups.ListThings(_account.State, null, "unknown", isRecursive: false));
    }

    [Fact]
    public void A_thing_is_in_at_most_ten_groups()
    {
        _account.CreateThings("a");
        _account.CreateGroups([.. Enumerable.Range(0, 11).Select(i => $"g{i}")]);
        _account.Add([.. Enumerable.Range(0, 10).Select(i => $"a/g{i}")]);

        Assert.Equal(10, ThingGroups.MaxGroupsOfThing);
        _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.AddThing(draft, "g10", "a"));
        _account.Add("a/g3");
        _account.Change(draft => ThingGroups.RemoveThing(draft, "g3", "a"));
        _account.Add("a/g10");
    }

    [Fact]
    public void A_thing_is_in_one_group_of_a_hierarchy()
    {
        _account.CreateThings("a");
        _account.CreateGroups("root", "root/left", "root/right", "left/leaf", "other");
        _account.Add("a/leaf", "a/other");

        foreach (string group in new[] { "root", "left", "right" })
        {
            ControlException refusal = _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.AddThing(draft, group, "a"));
            Assert.Contains("leaf", refusal.Message, StringComparison.Ordinal);
        }

        // In one change the thing may move.
        _account.Change(draft =>
        {
            ThingGroups.RemoveThing(draft, "leaf", "a");
            ThingGroups.AddThing(draft, "right", "a");
        });
        Assert.Equal(["other", "right"], Things.Get(_account.State, "a").Groups);
    }

    [Fact]
    public void The_things_of_a_group_are_its_own_or_with_those_below()
    {
        _account.CreateThings("d", "c", "B", "a", "e");
        _account.CreateGroups("root", "root/left", "root/right", "left/leaf", "other");
        _account.Add("d/root", "c/leaf", "B/left", "a/right", "e/other");

        Assert.Equal("d", List("root"));
        Assert.Equal("B a c d", List("root", isRecursive: true));
        Assert.Equal("c d", List("root", isRecursive: true, after: "b"));
        Assert.Equal("B c", List("left", isRecursive: true));
        Assert.Equal("", List("leaf", after: "c"));

        string List(string group, bool isRecursive = false, string? after = null) =>
            string.Join(' ', ThingGroups.ListThings(_account.State, after, group, isRecursive));
    }

    [Fact]
    public void Who_follows_changes_hears_which_thing_moved()
    {
        _account.CreateThings("a", "b");
        _account.CreateGroups("g");
        ControlChange? heard = null;
        _account.Control.Changed += change => heard = change;

        _account.Add("a/g");

        Assert.Equal(["a"], heard?.Things);
        Assert.False(heard?.ConcernsAll);
        Assert.Equal("g", Assert.Single(_account.State.MembershipOf("a").Groups));
    }
}
