using System;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Tests.Control;
using Xunit;

namespace Defender.Gateway.Tests.Api.Handlers;

/// <summary>The answers of the registry, whole; what is refused and why is told by the tests of the domain.</summary>
public sealed class RegistryHandlersTests : IDisposable
{
    private const string Prefix = "arn:aws:iot:us-east-1:123456789012:";

    private readonly RegistryAccount _account = new();
    private readonly RegistryApi _api;

    public RegistryHandlersTests() => _api = new RegistryApi(_account.Control, _account.Arns);

    public void Dispose() => _account.Dispose();

    [Fact]
    public void A_thing_is_created_described_updated_listed_and_deleted()
    {
        _api.Call(ThingTypeOperations.CreateThingType, new { thingTypeName = "pump" });
        string id = IdOf(
            "thingId",
            _api.Call(ThingOperations.CreateThing, new
            {
                thingName = "a:1",
                thingTypeName = "pump",
                attributePayload = new { attributes = new { color = "red" } },
                billingGroupName = "b",
            }),
            """{"thingName":"a:1","thingArn":"arn:aws:iot:us-east-1:123456789012:thing/a:1","thingId":"*"}""");
        IsEmpty(_api.Call(ThingOperations.UpdateThing, new
        {
            thingName = "a:1",
            attributePayload = new { attributes = new { size = "l" }, merge = true },
            expectedVersion = 1,
        }));
        Same(
            $$"""{"defaultClientId":"a:1","thingName":"a:1","thingId":"{{id}}","thingArn":"{{Prefix}}thing/a:1","thingTypeName":"pump","attributes":{"color":"red","size":"l"},"version":2,"billingGroupName":"b"}""",
            _api.Call(ThingOperations.DescribeThing, new { thingName = "a:1" }));
        Same(
            $$"""{"things":[{"thingName":"a:1","thingTypeName":"pump","thingArn":"{{Prefix}}thing/a:1","attributes":{"color":"red","size":"l"},"version":2}]}""",
            _api.Call(ThingOperations.ListThings, new { attributeName = "color", attributeValue = "r", usePrefixAttributeValue = true, thingTypeName = "pump" }));
        IsEmpty(_api.Call(ThingOperations.UpdateThing, new { thingName = "a:1", removeThingType = true, attributePayload = new { attributes = new { } } }));
        Same(
            $$"""{"things":[{"thingName":"a:1","thingArn":"{{Prefix}}thing/a:1","attributes":{},"version":3}]}""",
            _api.Call(ThingOperations.ListThings));
        IsEmpty(_api.Call(ThingOperations.DeleteThing, new { thingName = "a:1", expectedVersion = 3 }));
        Same("""{"things":[]}""", _api.Call(ThingOperations.ListThings));
    }

    [Fact]
    public void A_group_is_created_described_updated_and_deleted()
    {
        _account.CreateGroups("root", "root/mid");
        string id = IdOf(
            "thingGroupId",
            _api.Call(ThingGroupOperations.CreateThingGroup, new
            {
                thingGroupName = "g",
                parentGroupName = "mid",
                thingGroupProperties = new { thingGroupDescription = "pumps", attributePayload = new { attributes = new { a = "1" } } },
                tags = new[] { new { Key = "k", Value = "v" } },
            }),
            $$"""{"thingGroupName":"g","thingGroupArn":"{{Prefix}}thinggroup/g","thingGroupId":"*"}""");
        Same(
            """{"version":2}""",
            _api.Call(ThingGroupOperations.UpdateThingGroup, new
            {
                thingGroupName = "g",
                thingGroupProperties = new { attributePayload = new { attributes = new { b = "2" }, merge = true } },
                expectedVersion = 1,
            }));
        Same(
            $$"""
            {"thingGroupName":"g","thingGroupId":"{{id}}","thingGroupArn":"{{Prefix}}thinggroup/g","version":2,
             "thingGroupProperties":{"thingGroupDescription":"pumps","attributePayload":{"attributes":{"a":"1","b":"2"} } },
             "thingGroupMetadata":{"parentGroupName":"mid","creationDate":1795219200,
              "rootToParentThingGroups":[{"groupName":"root","groupArn":"{{Prefix}}thinggroup/root"},{"groupName":"mid","groupArn":"{{Prefix}}thinggroup/mid"}]} }
            """,
            _api.Call(ThingGroupOperations.DescribeThingGroup, new { thingGroupName = "g" }));
        Same("""{"tags":[{"Key":"k","Value":"v"}]}""", _api.Call(TagOperations.ListTagsForResource, new { resourceArn = Prefix + "thinggroup/g" }));
        IsEmpty(_api.Call(ThingGroupOperations.DeleteThingGroup, new { thingGroupName = "g", expectedVersion = 2 }));
        IsEmpty(_api.Call(ThingGroupOperations.DeleteThingGroup, new { thingGroupName = "g", expectedVersion = 2 }));
    }

    [Fact]
    public void Without_a_parent_all_groups_are_listed_unless_only_the_roots_are_wanted()
    {
        _account.CreateGroups("b", "b/a", "a/c");

        Assert.Equal("a b c", Names(new { }));
        Assert.Equal("a b c", Names(new { recursive = true }));
        Assert.Equal("b", Names(new { recursive = false }));
        Assert.Equal("a", Names(new { parentGroup = "b" }));
        Assert.Equal("a", Names(new { parentGroup = "b", recursive = false }));
        Assert.Equal("a c", Names(new { parentGroup = "b", recursive = true }));
        Assert.Equal("c", Names(new { parentGroup = "b", recursive = true, namePrefixFilter = "c" }));

        string Names(object members) => string.Join(' ', _api.Call(ThingGroupOperations.ListThingGroups, members)
            .GetProperty("thingGroups").EnumerateArray().Select(NameOf));
    }

    [Fact]
    public void A_member_is_named_by_name_by_ARN_or_by_both()
    {
        _account.CreateThings("a");
        _account.CreateGroups("g", "g/h", "i");
        object[] ways =
        [
            new { thingName = "a", thingGroupName = "h", overrideDynamicGroups = true },
            new { thingArn = "arn:aws:iot:eu-west-1:999999999999:thing/a", thingGroupArn = Prefix + "thinggroup/h" },
            new { thingName = "a", thingArn = Prefix + "thing/a", thingGroupName = "h", thingGroupArn = Prefix + "thinggroup/h" },
        ];
        foreach (object way in ways)
        {
            IsEmpty(_api.Call(ThingGroupOperations.AddThingToThingGroup, way));
            Same("""{"things":["a"]}""", _api.Call(ThingGroupOperations.ListThingsInThingGroup, new { thingGroupName = "h" }));
            Same("""{"things":[]}""", _api.Call(ThingGroupOperations.ListThingsInThingGroup, new { thingGroupName = "g" }));
            Same("""{"things":["a"]}""", _api.Call(ThingGroupOperations.ListThingsInThingGroup, new { thingGroupName = "g", recursive = true }));
            _api.Call(ThingGroupOperations.RemoveThingFromThingGroup, WithoutFlag(way));
            Assert.Empty(Things.Get(_account.State, "a").Groups);
        }

        _account.Add("a/i", "a/h");
        Same(
            $$"""{"thingGroups":[{"groupName":"h","groupArn":"{{Prefix}}thinggroup/h"},{"groupName":"i","groupArn":"{{Prefix}}thinggroup/i"}]}""",
            _api.Call(ThingGroupOperations.ListThingGroupsForThing, new { thingName = "a" }));

        static object WithoutFlag(object way) => JsonSerializer.SerializeToElement(way).EnumerateObject()
            .Where(member => member.Name != "overrideDynamicGroups").ToDictionary(member => member.Name, member => member.Value);
    }

    [Fact]
    public void Members_that_are_not_named_or_named_twice_are_refused()
    {
        _account.CreateThings("a", "b");
        _account.CreateGroups("g", "h");
        (ControlError Error, object Members)[] cases =
        [
            (ControlError.InvalidRequest, new { thingName = "a" }),
            (ControlError.InvalidRequest, new { thingGroupName = "g" }),
            (ControlError.InvalidRequest, new { }),
            (ControlError.InvalidRequest, new { thingName = "a", thingArn = Prefix + "thing/b", thingGroupName = "g" }),
            (ControlError.InvalidRequest, new { thingName = "a", thingGroupName = "g", thingGroupArn = Prefix + "thinggroup/h" }),
            (ControlError.InvalidRequest, new { thingArn = "a", thingGroupName = "g" }),
            (ControlError.InvalidRequest, new { thingArn = Prefix + "thinggroup/g", thingGroupName = "g" }),
            (ControlError.InvalidRequest, new { thingName = "a", thingGroupArn = Prefix + "thing/a" }),
            (ControlError.InvalidRequest, new { thingArn = Prefix + "thing/", thingGroupName = "g" }),
            (ControlError.ResourceNotFound, new { thingArn = Prefix + "thing/unknown", thingGroupName = "g" }),
            (ControlError.ResourceNotFound, new { thingName = "a", thingGroupArn = Prefix + "thinggroup/unknown" }),
        ];
        foreach ((ControlError error, object members) in cases)
        {
            Assert.Equal(error, Refused(ThingGroupOperations.AddThingToThingGroup, members).Error);
            Assert.Equal(error, Refused(ThingGroupOperations.RemoveThingFromThingGroup, members).Error);
        }
    }

    [Fact]
    public void The_groups_of_a_thing_change_all_or_not_at_all()
    {
        _account.CreateThings("a");
        _account.CreateGroups("root", "root/left", "root/right", "g", "h");
        _account.Add("a/left", "a/g");

        Assert.Equal(ControlError.ResourceNotFound, RefusedUpdate(new { thingName = "a", thingGroupsToAdd = new[] { "h", "unknown" } }).Error);
        Assert.Equal(ControlError.ResourceNotFound, RefusedUpdate(new { thingName = "a", thingGroupsToRemove = new[] { "g", "unknown" } }).Error);
        Assert.Equal(ControlError.InvalidRequest, RefusedUpdate(new { thingName = "a", thingGroupsToRemove = new[] { "g" }, thingGroupsToAdd = new[] { "right" } }).Error);
        Assert.Equal(ControlError.ResourceNotFound, RefusedUpdate(new { thingName = "b" }).Error);
        Assert.Equal(ControlError.InvalidRequest, RefusedUpdate(new { thingGroupsToAdd = new[] { "h" } }).Error);
        Assert.Equal(["g", "left"], Things.Get(_account.State, "a").Groups);

        IsEmpty(_api.Call(ThingGroupOperations.UpdateThingGroupsForThing, new
        {
            thingName = "a",
            thingGroupsToAdd = new[] { "right", "h", "g" },
            thingGroupsToRemove = new[] { "left" },
            overrideDynamicGroups = false,
        }));
        Assert.Equal(["g", "h", "right"], Things.Get(_account.State, "a").Groups);

        ControlException RefusedUpdate(object members) => Refused(ThingGroupOperations.UpdateThingGroupsForThing, members);
    }

    [Fact]
    public void A_type_is_created_described_deprecated_listed_and_deleted()
    {
        const string properties = """{"thingTypeDescription":"a pump","searchableAttributes":["a"],"mqtt5Configuration":{"propagatingAttributes":[{"userPropertyKey":"k"}]} }""";
        string id = IdOf(
            "thingTypeId",
            _api.Call(ThingTypeOperations.CreateThingType, new { thingTypeName = "t", thingTypeProperties = JsonElement.Parse(properties) }),
            $$"""{"thingTypeName":"t","thingTypeArn":"{{Prefix}}thingtype/t","thingTypeId":"*"}""");
        _api.Call(ThingTypeOperations.CreateThingType, new { thingTypeName = "tt" });
        Same(
            $$"""{"thingTypeName":"t","thingTypeId":"{{id}}","thingTypeArn":"{{Prefix}}thingtype/t","thingTypeProperties":{{properties}},"thingTypeMetadata":{"deprecated":false,"creationDate":1795219200} }""",
            _api.Call(ThingTypeOperations.DescribeThingType, new { thingTypeName = "t" }));

        _account.Time.Advance(TimeSpan.FromMilliseconds(500));
        IsEmpty(_api.Call(ThingTypeOperations.DeprecateThingType, new { thingTypeName = "t" }));
        Same(
            $$"""{"thingTypes":[{"thingTypeName":"t","thingTypeArn":"{{Prefix}}thingtype/t","thingTypeProperties":{{properties}},"thingTypeMetadata":{"deprecated":true,"deprecationDate":1795219200.5,"creationDate":1795219200} }]}""",
            _api.Call(ThingTypeOperations.ListThingTypes, new { thingTypeName = "t" }));
        IsEmpty(_api.Call(ThingTypeOperations.DeprecateThingType, new { thingTypeName = "t", undoDeprecate = true }));
        IsEmpty(_api.Call(ThingTypeOperations.DeprecateThingType, new { thingTypeName = "t", undoDeprecate = false }));
        IsEmpty(_api.Call(ThingTypeOperations.DeleteThingType, new { thingTypeName = "t" }));
        Same("""{"thingTypes":[]}""", _api.Call(ThingTypeOperations.ListThingTypes, new { thingTypeName = "t" }));
        Assert.Single(_api.Call(ThingTypeOperations.ListThingTypes).GetProperty("thingTypes").EnumerateArray());
    }

    [Fact]
    public void Tags_come_and_go()
    {
        _account.CreateGroups("g");
        const string arn = Prefix + "thinggroup/g";

        IsEmpty(_api.Call(TagOperations.TagResource, new { resourceArn = arn, tags = new object[] { new { Key = "b" }, new { Key = "a", Value = "1" } } }));
        Same("""{"tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":""}]}""", _api.Call(TagOperations.ListTagsForResource, new { resourceArn = arn }));
        IsEmpty(_api.Call(TagOperations.UntagResource, new { resourceArn = arn, tagKeys = new[] { "a" } }));
        Same("""{"tags":[{"Key":"b","Value":""}]}""", _api.Call(TagOperations.ListTagsForResource, new { resourceArn = arn }));
        Assert.Equal(
            ApiError.InvalidRequest,
            Assert.Throws<ApiException>(() => _api.Call(TagOperations.ListTagsForResource, new { resourceArn = arn, nextToken = "x" })).Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("iot:Data")]
    [InlineData("iot:Data-ATS")]
    [InlineData("iot:CredentialProvider")]
    [InlineData("iot:Jobs")]
    public void The_endpoint_is_the_configured_name_or_the_callers_own(string? type)
    {
        object members = type is null ? new { } : new { endpointType = type };

        Same("""{"endpointAddress":"gateway.test"}""", _api.Call(EndpointOperations.DescribeEndpoint, members));
        Same(
            """{"endpointAddress":"iot.example.org"}""",
            new RegistryApi(_account.Control, _account.Arns, "iot.example.org").Call(EndpointOperations.DescribeEndpoint, members));
    }

    [Theory]
    [InlineData("")]
    [InlineData("iot:data")]
    [InlineData("iot:Data-Beta")]
    public void An_endpoint_of_another_type_is_refused(string type)
    {
        ApiException refusal = Assert.Throws<ApiException>(() => _api.Call(EndpointOperations.DescribeEndpoint, new { endpointType = type }));
        Assert.Equal(ApiError.InvalidRequest, refusal.Error);
    }

    private ControlException Refused(Operation operation, object members)
    {
        AccountState before = _account.State;
        ControlException refusal = Assert.Throws<ControlException>(() => _api.Call(operation, members));
        Assert.Same(before, _account.State);
        return refusal;
    }

    // The id, which is random, from an answer that is as expected with a star in its place.
    private static string IdOf(string member, JsonElement answer, string expected)
    {
        string id = answer.GetProperty(member).GetString()!;
        Assert.True(Guid.TryParse(id, out _));
        Same(expected.Replace("*", id, StringComparison.Ordinal), answer);
        return id;
    }

    private static string NameOf(JsonElement group) => group.GetProperty("groupName").GetString()!;

    private static void IsEmpty(JsonElement answer) => Same("{}", answer);

    private static void Same(string expected, JsonElement answer) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), answer), $"expected {expected}\nanswered {answer}");
}
