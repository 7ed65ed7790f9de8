using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Xunit;
using static Defender.Gateway.Tests.Control.RegistryAccount;

namespace Defender.Gateway.Tests.Control;

public sealed class ResourceTagsTests : IDisposable
{
    private const string Prefix = "arn:aws:iot:us-east-1:123456789012:";

    private readonly RegistryAccount _account = new();

    public ResourceTagsTests()
    {
        JsonElement empty = JsonElement.Parse("{}");
        _account.CreateGroups("n");
        _account.CreateThings("n");
        _account.Change(draft =>
        {
            ThingTypes.Create(draft, "n", null, NoTags);
            SecurityProfiles.Create(draft, "n", empty);
            CustomMetrics.Create(draft, "n", "number", null, null, NoTags);
            Dimensions.Create(draft, "n", ["a"], null, NoTags);
            draft.Put(ResourceKinds.MitigationAction, "n", new MitigationActionResource("id", "role", "type", empty, draft.Now, draft.Now));
        });
    }

    public void Dispose() => _account.Dispose();

    [Theory]
    [InlineData("securityprofile")]
    [InlineData("custommetric")]
    [InlineData("dimension")]
    [InlineData("mitigationaction")]
    [InlineData("thinggroup")]
    [InlineData("thingtype")]
    public void Each_kind_has_tags_of_its_own(string kind)
    {
        string arn = $"{Prefix}{kind}/n";

        Tag(arn, Map("b=2", "a=1"));
        Tag(arn, Map("b=3", "C="));
        Assert.Equal("C= a=1 b=3", List(arn));
        Untag(arn, "a", "unknown");
        Assert.Equal("C= b=3", List(arn));
        Assert.Equal("C= b=3", List($"arn:aws-cn:iot:eu-west-1:999999999999:{kind}/n"));

        Untag(arn, "C", "b");
        Assert.Equal("", List(arn));
        Assert.Equal(0, _account.State.Tags.Count);
        Assert.Equal(ControlError.ResourceNotFound, Assert.Throws<ControlException>(() => List($"{Prefix}{kind}/unknown")).Error);
    }

    [Theory]
    [InlineData("n")]
    [InlineData("")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thinggroup")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thinggroup/")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:ThingGroup/n")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:thing/n")]
    [InlineData("arn:aws:iot:us-east-1:123456789012:all/things")]
    [InlineData("arn:aws:sns:us-east-1:123456789012:thinggroup/n")]
    public void What_takes_no_tags_is_an_invalid_request(string arn)
    {
        Assert.Equal(ControlError.InvalidRequest, Assert.Throws<ControlException>(() => List(arn)).Error);
        _account.Refused(ControlError.InvalidRequest, draft => ResourceTags.Add(draft, ResourceTags.Find(draft.State, arn), Map("a=1")));
    }

    [Fact]
    public void A_slash_in_a_name_is_no_other_resource()
    {
        Assert.Equal(ControlError.ResourceNotFound, Assert.Throws<ControlException>(() => List($"{Prefix}thinggroup/n/n")).Error);
    }

    [Fact]
    public void Fifty_tags_are_the_limit_in_one_request_or_in_several()
    {
        string arn = $"{Prefix}thinggroup/n";
        Refused(ControlError.LimitExceeded, Many(ResourceTags.MaxTags + 1));
        Tag(arn, Many(ResourceTags.MaxTags));

        Refused(ControlError.LimitExceeded, Map("more=x"));
        Tag(arn, Map("k000=other"));
        Untag(arn, "k001");
        Tag(arn, Map("more=x"));

        Assert.Equal(ResourceTags.MaxTags, ResourceTags.Of(_account.State, "thinggroup/n").Count());
    }

    [Fact]
    public void Keys_are_used_once_and_are_not_AWSs()
    {
        Refused(ControlError.InvalidRequest, Map("aws:x=1"));
        Refused(ControlError.InvalidRequest, Map("AWS:x=1"));
        Refused(ControlError.InvalidRequest, [KeyValuePair.Create("a", "1"), KeyValuePair.Create("a", "1")]);
        Tag($"{Prefix}thinggroup/n", []);
        Assert.Equal(0, _account.State.Tags.Count);
    }

    private void Tag(string arn, IReadOnlyCollection<KeyValuePair<string, string>> tags) =>
        _account.Change(draft => ResourceTags.Add(draft, ResourceTags.Find(draft.State, arn), tags));

    private void Untag(string arn, params string[] keys) =>
        _account.Change(draft => ResourceTags.Remove(draft, ResourceTags.Find(draft.State, arn), keys));

    private void Refused(ControlError error, IReadOnlyCollection<KeyValuePair<string, string>> tags) =>
        _account.Refused(error, draft => ResourceTags.Add(draft, "thinggroup/n", tags));

    private string List(string arn) => string.Join(' ', ResourceTags
        .Of(_account.State, ResourceTags.Find(_account.State, arn))
        .Select(tag => $"{tag.Key}={tag.Value}"));
}
