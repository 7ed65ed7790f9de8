using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Paging;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Api.Paging;

public sealed class PageTokenTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("")]
    [InlineData("thing-7")]
    [InlineData("温度 😀")]
    public void A_name_comes_back(string name)
    {
        string token = PageToken.Write(Call(ThingOperations.ListThings), PagePosition.After(name));

        Assert.Equal(PagePosition.After(name), PageToken.Read(Call(ThingOperations.ListThings, ("nextToken", token))));
        Assert.All(token, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1767225600000, 42)]
    [InlineData(long.MinValue, long.MaxValue)]
    public void A_pair_of_numbers_comes_back(long major, long minor)
    {
        string token = PageToken.Write(Call(ViolationOperations.ListViolationEvents, ("startTime", Start)), PagePosition.After(major, minor));

        Assert.Equal(
            PagePosition.After(major, minor),
            PageToken.Read(Call(ViolationOperations.ListViolationEvents, ("startTime", Start), ("nextToken", token))));
    }

    [Fact]
    public void Without_a_token_the_first_page_is_asked_for()
    {
        Assert.Null(PageToken.Read(Call(ThingOperations.ListThings)));
    }

    [Fact]
    public void The_size_of_pages_may_change_on_the_way()
    {
        string token = PageToken.Write(Call(ThingOperations.ListThings, ("maxResults", 5L)), PagePosition.After("a"));

        Assert.NotNull(PageToken.Read(Call(ThingOperations.ListThings, ("maxResults", 7L), ("nextToken", token))));
    }

    [Fact]
    public void Another_question_is_not_continued()
    {
        string token = PageToken.Write(Call(ThingOperations.ListThings, ("thingTypeName", "a")), PagePosition.After("x"));

        OperationCall[] others =
        [
            Call(ThingOperations.ListThings, ("thingTypeName", "b"), ("nextToken", token)),
            Call(ThingOperations.ListThings, ("nextToken", token)),
            Call(ThingOperations.ListThings, ("thingTypeName", "a"), ("usePrefixAttributeValue", true), ("nextToken", token)),
            Call(ThingTypeOperations.ListThingTypes, ("thingTypeName", "a"), ("nextToken", token)),
        ];
        Assert.All(others, call => Assert.Equal("Invalid nextToken", Assert.Throws<ApiException>(() => PageToken.Read(call)).Message));
    }

    [Fact]
    public void A_token_that_was_changed_or_cut_never_throws_anything_else()
    {
        string token = PageToken.Write(Call(ThingOperations.ListThings), PagePosition.After("x"));

        foreach (string bad in new[] { "", "!", "a", token[..^1] + "!", token[..10], new string('A', 100_000), "B" + token[1..] })
            Assert.False(PageToken.TryRead(ThingOperations.ListThings, Input(("nextToken", bad)), out _), bad);
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
            text is null || !PageToken.TryRead(ThingOperations.ListThings, Input(("nextToken", text)), out _)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_page_has_as_many_results_as_asked_for()
    {
        Assert.Equal(7, Page.Limit(Input(("maxResults", 7L)), 25));
        Assert.Equal(25, Page.Limit(Input(), 25));
        Assert.Equal(250, Page.Limit(Input()));
    }

    private static OperationInput Input(params (string Name, object Value)[] members) =>
        new(members.ToDictionary(member => member.Name, member => member.Value), body: null);

    private static OperationCall Call(Operation operation, params (string Name, object Value)[] members) => new()
    {
        Operation = operation,
        Input = Input(members),
        Caller = new Caller("key", IsReadOnly: false),
        Host = "localhost",
        Answer = new Utf8JsonWriter(new System.IO.MemoryStream()),
        CancellationToken = CancellationToken.None,
    };
}
