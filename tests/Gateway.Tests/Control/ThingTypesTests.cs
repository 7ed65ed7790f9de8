using System;
using System.Text.Json;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Xunit;
using static Defender.Gateway.Tests.Control.RegistryAccount;

namespace Defender.Gateway.Tests.Control;

public sealed class ThingTypesTests : IDisposable
{
    private const string Properties =
        """{"thingTypeDescription":"a pump","searchableAttributes":["a","b"],"mqtt5Configuration":{"propagatingAttributes":[{"userPropertyKey":"k","thingAttribute":"a"}]}}""";

    private readonly RegistryAccount _account = new();

    public void Dispose() => _account.Dispose();

    [Fact]
    public void The_same_type_again_is_the_same_type()
    {
        ThingTypeResource first = Create("t", Properties);

        ThingTypeResource second = Create("t", """{"searchableAttributes":["a","b"],"mqtt5Configuration":{"propagatingAttributes":[{"thingAttribute":"a","userPropertyKey":"k"}]},"thingTypeDescription":"a pump"}""");

        Assert.Equal(first.ThingTypeId, second.ThingTypeId);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Properties), ThingTypes.Get(_account.State, "t").Properties!.Value));
        Assert.Equal(Create("bare", null).ThingTypeId, Create("bare", null).ThingTypeId);
    }

    [Fact]
    public void Another_type_of_the_same_name_is_refused()
    {
        ThingTypeResource first = Create("t", Properties);

        foreach (string? other in new[] { null, "{}", """{"thingTypeDescription":"a pump"}""" })
        {
            ControlException refusal = _account.Refused(
                ControlError.ResourceAlreadyExists, draft => ThingTypes.Create(draft, "t", other is null ? null : JsonElement.Parse(other), NoTags));
            Assert.Equal((first.ThingTypeId, "arn:aws:iot:us-east-1:123456789012:thingtype/t"), (refusal.ResourceId, refusal.ResourceArn));
        }

        _account.Refused(ControlError.ResourceAlreadyExists, draft => ThingTypes.Create(draft, "t", JsonElement.Parse(Properties), Map("x=1")));
    }

    [Fact]
    public void Three_attributes_can_be_searched()
    {
        Create("t", """{"searchableAttributes":["a","b","c"]}""");

        _account.Refused(ControlError.InvalidRequest, draft => ThingTypes.Create(
            draft, "u", JsonElement.Parse("""{"searchableAttributes":["a","b","c","d"]}"""), NoTags));
    }

    [Fact]
    public void Deprecation_comes_and_goes()
    {
        Create("t", null);
        DateTimeOffset first = _account.Time.GetUtcNow();
        Deprecate("t");
        _account.Time.Advance(TimeSpan.FromMinutes(1));
        Deprecate("t");
        Assert.Equal(first, ThingTypes.Get(_account.State, "t").DeprecatedAt);

        Deprecate("t", isUndone: true);
        AccountState before = _account.State;
        Deprecate("t", isUndone: true);

        Assert.Same(before, _account.State);
        Assert.Null(ThingTypes.Get(before, "t").DeprecatedAt);
        _account.Change(draft => Things.Create(draft, "a", "t", null, null));
    }

    [Fact]
    public void Only_a_deprecated_type_without_things_is_deleted_and_at_once()
    {
        ThingTypeResource first = _account.Change(draft => ThingTypes.Create(draft, "t", null, Map("x=1")));
        _account.Change(draft => Things.Create(draft, "a", "t", null, null));

        _account.Refused(ControlError.InvalidRequest, draft => ThingTypes.Delete(draft, "t"));
        Deprecate("t");
        ControlException refusal = _account.Refused(ControlError.InvalidRequest, draft => ThingTypes.Delete(draft, "t"));
        Assert.Contains("Thing a ", refusal.Message, StringComparison.Ordinal);
        _account.Change(draft => Things.Delete(draft, "a", null));

        _account.Change(draft => ThingTypes.Delete(draft, "t"));

        Assert.NotEqual(first.ThingTypeId, Create("t", null).ThingTypeId);
        Assert.Empty(ResourceTags.Of(_account.State, ThingTypes.ResourceOf("t")));
    }

    [Fact]
    public void What_is_unknown_is_not_found()
    {
        _account.Refused(ControlError.ResourceNotFound, draft => ThingTypes.Deprecate(draft, "t", isUndone: false));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingTypes.Deprecate(draft, "t", isUndone: true));
        _account.Refused(ControlError.ResourceNotFound, draft => ThingTypes.Delete(draft, "t"));
        Assert.Throws<ControlException>(() => ThingTypes.Get(_account.State, "t"));
    }

    private ThingTypeResource Create(string name, string? properties) =>
        _account.Change(draft => ThingTypes.Create(draft, name, properties is null ? null : JsonElement.Parse(properties), NoTags));

    private void Deprecate(string name, bool isUndone = false) => _account.Change(draft => ThingTypes.Deprecate(draft, name, isUndone));
}
