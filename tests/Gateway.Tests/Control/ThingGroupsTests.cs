using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Xunit;
using static Defender.Gateway.Tests.Control.RegistryAccount;

namespace Defender.Gateway.Tests.Control;

public sealed class ThingGroupsTests : IDisposable
{
    private readonly RegistryAccount _account = new();

    public void Dispose() => _account.Dispose();

    [Fact]
    public void The_same_group_again_is_the_same_group()
    {
        _account.CreateGroups("root");
        ThingGroupResource first = Create("g", "root", "pumps", Map("a=1", "b=2"), Map("x=1", "y=2"));

        _account.Time.Advance(TimeSpan.FromHours(1));
        ThingGroupResource second = Create("g", "root", "pumps", Map("b=2", "a=1", "none="), Map("y=2", "x=1"));

        Assert.Equal((first.ThingGroupId, first.CreatedAt, 1), (second.ThingGroupId, second.CreatedAt, second.Version));
    }

    [Fact]
    public void Another_group_of_the_same_name_is_refused_in_AWSs_words()
    {
        _account.CreateGroups("root");
        ThingGroupResource first = Create("g", "root", "pumps", Map("a=1"), Map("x=1"));

        Action<ControlDraft>[] others =
        [
            draft => ThingGroups.Create(draft, "g", null, "pumps", Map("a=1"), Map("x=1")),
            draft => ThingGroups.Create(draft, "g", "unknown", "pumps", Map("a=1"), Map("x=1")),
            draft => ThingGroups.Create(draft, "g", "root", null, Map("a=1"), Map("x=1")),
            draft => ThingGroups.Create(draft, "g", "root", "pumps", Map("a=2"), Map("x=1")),
            draft => ThingGroups.Create(draft, "g", "root", "pumps", Map("a=1"), Map("x=2")),
            draft => ThingGroups.Create(draft, "g", "root", "pumps", Map("a=1"), NoTags),
        ];
        Assert.All(others, other =>
        {
            ControlException refusal = _account.Refused(ControlError.ResourceAlreadyExists, other);
            Assert.Equal("Thing Group g already exists in current account with different properties", refusal.Message);
            Assert.Equal((first.ThingGroupId, "arn:aws:iot:us-east-1:123456789012:thinggroup/g"), (refusal.ResourceId, refusal.ResourceArn));
        });
    }

    [Fact]
    public void A_hierarchy_is_seven_deep_and_below_something()
    {
        _account.CreateGroups("g1", "g1/g2", "g2/g3", "g3/g4", "g4/g5", "g5/g6", "g6/g7");

        Assert.Equal(7, ThingGroups.MaxDepth);
        _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.Create(draft, "g8", "g7", null, null, NoTags));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingGroups.Create(draft, "g8", "unknown", null, null, NoTags));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingGroups.Create(draft, "g8", "g8", null, null, NoTags));
        _account.CreateGroups("g6/other");
        Assert.Equal(["g1", "g2", "g3", "g4", "g5", "g6"], ThingGroups.Ancestors(_account.State, "g7"));
        Assert.Empty(ThingGroups.Ancestors(_account.State, "g1"));
    }

    [Fact]
    public void An_update_changes_what_it_names()
    {
        Create("g", null, "pumps", Map("a=1", "b=2"));

        Assert.Equal(2, Update("g", attributes: Map("a=", "c=3"), merges: true));
        Assert.Equal(("pumps", "b=2 c=3"), Shape("g"));
        Assert.Equal(3, Update("g", description: "valves"));
        Assert.Equal(("valves", "b=2 c=3"), Shape("g"));
        Assert.Equal(4, Update("g", description: "", attributes: Map("d=4"), expectedVersion: 3));
        Assert.Equal(("", "d=4"), Shape("g"));

        _account.Refused(ControlError.VersionConflict, draft => ThingGroups.Update(draft, "g", null, null, false, 3));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingGroups.Update(draft, "unknown", null, null, false, null));
    }

    [Fact]
    public void A_group_has_at_most_fifty_attributes()
    {
        Create("g", null, null, Many(ThingGroups.MaxAttributes));

        _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.Create(draft, "h", null, null, Many(ThingGroups.MaxAttributes + 1), NoTags));
        _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.Update(draft, "g", null, Map("more=x"), merges: true, null));
        Update("g", attributes: Map("more=x", "k000="), merges: true);
    }

    [Fact]
    public void Tags_of_a_new_group_are_checked_and_go_with_it()
    {
        _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.Create(draft, "g", null, null, null, Many(ResourceTags.MaxTags + 1)));
        _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.Create(draft, "g", null, null, null, Map("aws:x=1")));
        Create("g", null, null, null, Many(ResourceTags.MaxTags));

        Delete("g");
        _account.CreateGroups("g");

        Assert.Empty(ResourceTags.Of(_account.State, ThingGroups.ResourceOf("g")));
    }

    [Fact]
    public void A_group_that_goes_takes_memberships_and_attachments_along()
    {
        _account.CreateThings("a", "b");
        _account.CreateGroups("g", "h");
        _account.Add("a/g", "b/g", "a/h");
        _account.Change(draft => SecurityProfiles.Create(draft, "p", JsonElement.Parse("{}")));
        _account.Change(draft => SecurityProfiles.AttachTo(draft, "p", ProfileTarget.Group("g")));
        _account.Change(draft => SecurityProfiles.AttachTo(draft, "p", ProfileTarget.Group("h")));

        Delete("g");

        Assert.Equal(["thinggroup/h"], SecurityProfiles.Get(_account.State, "p").Targets);
        Assert.Equal(["h"], Things.Get(_account.State, "a").Groups);
        Assert.Empty(Things.Get(_account.State, "b").Groups);
        _account.CreateGroups("g");
        Assert.Empty(_account.State.MembersOf("g"));
    }

    [Fact]
    public void A_group_with_groups_below_stays()
    {
        _account.CreateGroups("g", "g/h");

        ControlException refusal = _account.Refused(ControlError.InvalidRequest, draft => ThingGroups.Delete(draft, "g", null));
        Assert.Equal("Cannot delete thing group : g when there are still child groups attached to it", refusal.Message);
        _account.Refused(ControlError.VersionConflict, draft => ThingGroups.Delete(draft, "h", 2));
        _account.Change(draft => ThingGroups.Delete(draft, "h", 1));
        Delete("g");
        Assert.Equal(0, _account.State.ThingGroups.Count);
    }

    [Fact]
    public void Deleting_what_is_not_there_does_no_harm()
    {
        AccountState before = _account.State;

        _account.Change(draft => ThingGroups.Delete(draft, "unknown", 7));

        Assert.Same(before, _account.State);
    }

    [Fact]
    public void Groups_are_listed_by_parent_and_prefix()
    {
        _account.CreateGroups("b", "b/ba", "ba/bab", "ba/x", "b/B", "a", "bb");

        Assert.Equal("B a b ba bab bb x", List(isRecursive: true));
        Assert.Equal("a b bb", List());
        Assert.Equal("B ba", List("b"));
        Assert.Equal("B ba bab x", List("b", isRecursive: true));
        Assert.Equal("bab x", List("b", isRecursive: true, after: "ba"));
        Assert.Equal("", List("x", isRecursive: true));
        Assert.Equal("b ba bab bb", List(isRecursive: true, prefix: "b"));
        Assert.Equal("bb", List(isRecursive: true, prefix: "b", after: "bab"));
        Assert.Equal("ba bab", List("b", isRecursive: true, prefix: "ba"));
        Assert.Equal("b bb", List(prefix: "b"));
        Assert.Equal("", List(isRecursive: true, prefix: "c"));
        Assert.Equal("", List(isRecursive: true, prefix: "A", after: "x"));
        Assert.Equal(ControlError.ResourceNotFound, Assert.Throws<ControlException>(() => List("unknown")).Error);

        string List(string? parent = null, bool isRecursive = false, string? prefix = null, string? after = null) =>
            string.Join(' ', ThingGroups.List(_account.State, after, parent, isRecursive, prefix));
    }

    private ThingGroupResource Create(
        string name, string? parent, string? description, Dictionary<string, string>? attributes = null, Dictionary<string, string>? tags = null) =>
        _account.Change(draft => ThingGroups.Create(draft, name, parent, description, attributes, tags ?? NoTags));

    private long Update(
        string name, string? description = null, Dictionary<string, string>? attributes = null, bool merges = false, long? expectedVersion = null) =>
        _account.Change(draft => ThingGroups.Update(draft, name, description, attributes, merges, expectedVersion));

    private void Delete(string name) => _account.Change(draft => ThingGroups.Delete(draft, name, null));

    private (string? Description, string Attributes) Shape(string name)
    {
        ThingGroupResource group = ThingGroups.Get(_account.State, name);
        return (group.Description, string.Join(' ', group.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}").Order()));
    }
}
