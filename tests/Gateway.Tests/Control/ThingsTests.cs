using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Xunit;
using static Defender.Gateway.Tests.Control.RegistryAccount;

namespace Defender.Gateway.Tests.Control;

public sealed class ThingsTests : IDisposable
{
    private readonly RegistryAccount _account = new();

    public ThingsTests() => _account.Change(draft => ThingTypes.Create(draft, "pump", null, NoTags));

    public void Dispose() => _account.Dispose();

    [Fact]
    public void The_same_thing_again_is_the_same_thing()
    {
        ThingResource first = Create("a", "pump", Map("color=red", "size=l"), "billing");

        ThingResource second = Create("a", "pump", Map("size=l", "color=red", "none="), "billing");

        Assert.Equal(first.ThingId, second.ThingId);
        Assert.True(Guid.TryParse(first.ThingId, out _));
        Assert.Equal(1, Get("a").Version);
        Assert.NotEqual(first.ThingId, Create("b").ThingId);
    }

    [Fact]
    public void Another_thing_of_the_same_name_is_refused_with_the_id_of_the_first()
    {
        ThingResource first = Create("a", "pump", Map("color=red"), "billing");

        Action<ControlDraft>[] others =
        [
            draft => Things.Create(draft, "a", null, Map("color=red"), "billing"),
            draft => Things.Create(draft, "a", "unknown", Map("color=red"), "billing"),
            draft => Things.Create(draft, "a", "pump", Map("color=blue"), "billing"),
            draft => Things.Create(draft, "a", "pump", Map("color=red", "size=l"), "billing"),
            draft => Things.Create(draft, "a", "pump", Map("Color=red"), "billing"),
            draft => Things.Create(draft, "a", "pump", null, "billing"),
            draft => Things.Create(draft, "a", "pump", Map("color=red"), null),
        ];
        Assert.All(others, other =>
        {
            ControlException refusal = _account.Refused(ControlError.ResourceAlreadyExists, other);
            Assert.Equal((first.ThingId, "arn:aws:iot:us-east-1:123456789012:thing/a"), (refusal.ResourceId, refusal.ResourceArn));
        });
    }

    [Fact]
    public void A_type_must_exist_and_take_things()
    {
        Create("old", "pump");
        _account.Change(draft => ThingTypes.Deprecate(draft, "pump", isUndone: false));

        _account.Refused(ControlError.ResourceNotFound, draft => Things.Create(draft, "a", "valve", null, null));
        _account.Refused(ControlError.InvalidRequest, draft => Things.Create(draft, "a", "pump", null, null));
        Create("a");
        _account.Refused(ControlError.ResourceNotFound, draft => Update(draft, "a", type: "valve"));
        _account.Refused(ControlError.InvalidRequest, draft => Update(draft, "a", type: "pump"));

        // What has a type keeps it, whatever became of the type.
        Assert.Equal("pump", Create("old", "pump").ThingTypeName);
        _account.Change(draft => Update(draft, "old", type: "pump"));
        Assert.Equal("pump", Get("old").ThingTypeName);
    }

    [Theory]
    [InlineData(null, Things.MaxAttributes)]
    [InlineData("pump", Things.MaxAttributesOfType)]
    public void A_thing_has_as_many_attributes_as_its_type_lets_it(string? type, int max)
    {
        Create("a", type, Many(max));

        ControlException refusal = _account.Refused(ControlError.InvalidRequest, draft => Things.Create(draft, "b", type, Many(max + 1), null));
        Assert.Contains($"at most {max} attributes", refusal.Message, StringComparison.Ordinal);
        _account.Refused(ControlError.InvalidRequest, draft => Update(draft, "a", attributes: Many(max + 1)));
        _account.Refused(ControlError.InvalidRequest, draft => Update(draft, "a", attributes: Map("more=x"), merges: true));
        _account.Change(draft => Update(draft, "a", attributes: Map("more=x", "k000="), merges: true));
        Assert.Equal(max, Get("a").Attributes.Count);
    }

    [Fact]
    public void A_type_with_many_attributes_cannot_just_be_taken_away()
    {
        Create("a", "pump", Many(4));

        _account.Refused(ControlError.InvalidRequest, draft => Update(draft, "a", removesType: true));
        _account.Refused(ControlError.InvalidRequest, draft => Update(draft, "a", type: "pump", removesType: true));
        _account.Change(draft => Update(draft, "a", removesType: true, attributes: Many(3)));

        Assert.Null(Get("a").ThingTypeName);
        Assert.Equal(3, Get("a").Attributes.Count);
    }

    [Fact]
    public void Attributes_are_replaced_or_merged_and_go_with_an_empty_value()
    {
        Create("a", "pump", Map("color=red", "size=l"));

        Assert.Equal(["size=xl", "year=1"], Changed(Map("year=1", "size=xl", "color="), merges: true));
        Assert.Equal(["size=xl", "year=1"], Changed(null, merges: false));
        Assert.Equal(["size=xl", "year=1"], Changed(Map(), merges: true));
        Assert.Equal(["year=2"], Changed(Map("year=2", "size="), merges: false));
        Assert.Equal([], Changed(Map(), merges: false));
        Assert.Equal([], Changed(Map("unknown="), merges: true));
        Assert.Equal((7, "pump"), (Get("a").Version, Get("a").ThingTypeName));

        IEnumerable<string> Changed(Dictionary<string, string>? attributes, bool merges)
        {
            _account.Change(draft => Update(draft, "a", attributes: attributes, merges: merges));
            return Get("a").Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}").Order();
        }
    }

    [Fact]
    public void Only_the_expected_version_is_changed_or_deleted()
    {
        Create("a");
        _account.Change(draft => Update(draft, "a", expectedVersion: 1));

        ControlException refusal = _account.Refused(ControlError.VersionConflict, draft => Update(draft, "a", expectedVersion: 1));
        Assert.Contains("version 2", refusal.Message, StringComparison.Ordinal);
        _account.Refused(ControlError.VersionConflict, draft => Things.Delete(draft, "a", 3));
        _account.Change(draft => Things.Delete(draft, "a", 2));
        Assert.Equal(0, _account.State.Things.Count);
    }

    [Fact]
    public void What_is_unknown_is_not_found()
    {
        _account.Refused(ControlError.ResourceNotFound, draft => Update(draft, "a"));
        _account.Change(draft => Things.Delete(draft, "a", null));
        ControlException refusal = Assert.Throws<ControlException>(() => Things.Get(_account.State, new string('a', 200) + "\n"));
        Assert.Equal((ControlError.ResourceNotFound, $"Thing {new string('a', 128)}... does not exist"), (refusal.Error, refusal.Message));
    }

    [Fact]
    public void A_thing_that_goes_leaves_its_groups()
    {
        string id = Create("a").ThingId;
        _account.CreateGroups("g", "h");
        _account.Add("a/g", "a/h");

        _account.Change(draft => Things.Delete(draft, "a", null));

        Assert.Empty(_account.State.MembersOf("g"));
        Assert.NotEqual(id, Create("a").ThingId);
        Assert.Empty(Get("a").Groups);
    }

    [Fact]
    public void An_update_leaves_the_groups_and_joining_one_leaves_the_version()
    {
        Create("a");
        _account.CreateGroups("g");
        _account.Add("a/g");
        Assert.Equal(1, Get("a").Version);

        _account.Change(draft => Update(draft, "a", attributes: Map("color=red")));

        Assert.Equal(["g"], Get("a").Groups);
    }

    [Fact]
    public void Things_are_listed_by_attribute_and_type()
    {
        Create("d", "pump", Map("color=red"));
        Create("a", null, Map("color=reddish", "size=red"));
        Create("B", null, Map("color=blue"));
        Create("c");

        Assert.Equal("B a c d", List());
        Assert.Equal("c d", List(after: "a"));
        Assert.Equal("c d", List(after: "b"));
        Assert.Equal("B a d", List("color"));
        Assert.Equal("d", List("color", "red"));
        Assert.Equal("a d", List("color", "red", isPrefix: true));
        Assert.Equal("B a d", List("color", "", isPrefix: true));
        Assert.Equal("", List("color", ""));
        Assert.Equal("", List("Color", "red"));
        Assert.Equal("a d", List(value: "red"));
        Assert.Equal("d", List(type: "pump"));
        Assert.Equal("", List("color", "reddish", type: "pump"));
        Assert.Equal("", List(type: "unknown"));

        string List(string? name = null, string? value = null, bool isPrefix = false, string? type = null, string? after = null) =>
            string.Join(' ', Things.List(_account.State, after, name, value, isPrefix, type).Select(thing => thing.Key));
    }

    private ThingResource Create(string name, string? type = null, Dictionary<string, string>? attributes = null, string? billingGroup = null) =>
        _account.Change(draft => Things.Create(draft, name, type, attributes, billingGroup));

    private ThingResource Get(string name) => Things.Get(_account.State, name);

    private static void Update(
        ControlDraft draft,
        string name,
        string? type = null,
        bool removesType = false,
        Dictionary<string, string>? attributes = null,
        bool merges = false,
        long? expectedVersion = null) => Things.Update(draft, name, type, removesType, attributes, merges, expectedVersion);
}
