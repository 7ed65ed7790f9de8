using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Xunit;

namespace Defender.Gateway.Tests.Api.Input;

public sealed class InputReaderTests
{
    private const string Token = "\"clientRequestToken\":\"t\"";

    [Theory]
    [InlineData("a b", "Value 'a b' at 'thingName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+")]
    [InlineData("a\n", "Value 'a\\u000A' at 'thingName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+")]
    public void A_name_of_other_characters_is_quoted_with_its_pattern(string name, string message)
    {
        Assert.Equal($"1 validation error detected: {message}", Error(ThingOperations.DescribeThing, name));
    }

    [Fact]
    public void A_long_value_is_cut()
    {
        Assert.Equal(
            $"1 validation error detected: Value '{new string('a', 100)}...' at 'thingName' failed to satisfy constraint: Member must have length less than or equal to 128",
            Error(ThingOperations.DescribeThing, new string('a', 129)));
        Assert.NotNull(Input(ThingOperations.DescribeThing, new string('a', 128)));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        Assert.Equal(
            "3 validation errors detected: "
            + "Value 'a!' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+; "
            + "Value null at 'type' failed to satisfy constraint: Member must not be null; "
            + "Value '[]' at 'stringValues' failed to satisfy constraint: Member must have length greater than or equal to 1",
            Error(DimensionOperations.CreateDimension, "a!", body: "{\"stringValues\":[]," + Token + "}"));
    }

    [Theory]
    [InlineData("""{"type":"TOPIC"}""", "Value 'TOPIC' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [TOPIC_FILTER]")]
    [InlineData("""{"type":5}""", "Value '5' at 'type' failed to satisfy constraint: Member must be a string")]
    [InlineData("""{"type":null}""", "Value null at 'type' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"stringValues":"a"}""", "Value 'a' at 'stringValues' failed to satisfy constraint: Member must be a list")]
    [InlineData("""{"stringValues":["a",""]}""", "Value '' at 'stringValues.2.member' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("""{"stringValues":["a",null]}""", "Value null at 'stringValues.2.member' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"tags":[{"Value":"v"}]}""", "Value null at 'tags.1.member.Key' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"tags":[{"Key":"a"},7]}""", "Value '7' at 'tags.2.member' failed to satisfy constraint: Member must be a structure")]
    public void A_member_of_the_body_is_checked(string body, string message)
    {
        Assert.Contains(message, Error(DimensionOperations.CreateDimension, "a", body: body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"attributes":{"a b":"x"}}""", "Value 'a b' at 'attributePayload.attributes' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z0-9_.,@/:#-]+]")]
    [InlineData("""{"attributes":{"a":"x y"}}""", "Value 'x y' at 'attributePayload.attributes.a.member' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.,@/:#=\\[\\]-]*")]
    [InlineData("""{"attributes":[]}""", "Value '[]' at 'attributePayload.attributes' failed to satisfy constraint: Member must be a map")]
    [InlineData("""{"merge":"true"}""", "Value 'true' at 'attributePayload.merge' failed to satisfy constraint: Member must be true or false")]
    public void A_map_is_checked_by_key_and_by_value(string payload, string message)
    {
        Assert.Equal(
            $"1 validation error detected: {message}", Error(ThingOperations.CreateThing, "a", body: "{\"attributePayload\":" + payload + "}"));
    }

    [Theory]
    [InlineData("maxResults=0", "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("maxResults=251", "Value '251' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 250")]
    [InlineData("maxResults=", "Value '' at 'maxResults' failed to satisfy constraint: Member must be an integer")]
    [InlineData("maxResults=1.5", "Value '1.5' at 'maxResults' failed to satisfy constraint: Member must be an integer")]
    [InlineData("maxResults=99999999999999999999", "Value '99999999999999999999' at 'maxResults' failed to satisfy constraint: Member must be an integer")]
    [InlineData("usePrefixAttributeValue=1", "Value '1' at 'usePrefixAttributeValue' failed to satisfy constraint: Member must be true or false")]
    public void A_parameter_of_the_query_is_checked(string query, string message)
    {
        Assert.Equal($"1 validation error detected: {message}", Error(ThingOperations.ListThings, query: query));
    }

    [Fact]
    public void Parameters_are_decoded_once_unknown_ones_ignored_and_the_last_one_counts()
    {
        OperationInput input = Input(ThingOperations.ListThings, query: "x=%20&maxResults=7&maxResults=8&usePrefixAttributeValue=true&attributeValue=%5Ba%3Ab%5D&&");

        Assert.Equal(8, input.Int32OrNull("maxResults"));
        Assert.True(input.Boolean("usePrefixAttributeValue", false));
        Assert.Equal("[a:b]", input.String("attributeValue"));
        Assert.False(input.Has("x"));
        Assert.Null(input.StringOrNull("nextToken"));
    }

    [Fact]
    public void A_body_is_read_to_the_last_structure()
    {
        OperationInput input = Input(MitigationOperations.StartDetectMitigationActionsTask, "task", body: """
            {
              "target": { "violationIds": ["a-1", "b-2"], "unknown": {} },
              "actions": ["quarantine"],
              "violationEventOccurrenceRange": { "startTime": 1767225600.25, "endTime": "2026-01-02T00:00:00Z" },
              "includeSuppressedAlerts": false, "includeSuppressedAlerts": true,
              "includeOnlyActiveViolations": null,
              "clientRequestToken": "token"
            }
            """);

        Assert.Equal("task", input.String("taskId"));
        Assert.Equal(["a-1", "b-2"], input.StructureOrNull("target")!.StringsOrEmpty("violationIds"));
        Assert.Equal(["quarantine"], input.StringsOrEmpty("actions"));
        OperationInput range = input.StructureOrNull("violationEventOccurrenceRange")!;
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, 250, TimeSpan.Zero), range.Timestamp("startTime"));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), range.Timestamp("endTime"));
        Assert.True(input.Boolean("includeSuppressedAlerts", false));
        Assert.True(input.Boolean("includeOnlyActiveViolations", true));
        Assert.Null(input.Element("includeOnlyActiveViolations"));
        Assert.Equal(JsonValueKind.Object, input.Element("target")!.Value.ValueKind);
    }

    [Fact]
    public void Lists_of_structures_and_maps_are_read()
    {
        OperationInput input = Input(ThingGroupOperations.CreateThingGroup, "group", body: """
            {"tags":[{"Key":"a","Value":"1"},{"Key":"ключ 𝒜"}],"thingGroupProperties":{"attributePayload":{"attributes":{"b":"","a":"1","c":null}}}}
            """);

        Assert.Equal(["a", "ключ 𝒜"], input.StructuresOrEmpty("tags").Select(tag => tag.String("Key")));
        Assert.Null(input.StructuresOrEmpty("tags")[1].StringOrNull("Value"));
        Assert.Equal(
            ["b=", "a=1"],
            input.StructureOrNull("thingGroupProperties")!.StructureOrNull("attributePayload")!.StringMapOrNull("attributes")!
                .Select(entry => $"{entry.Key}={entry.Value}"));
    }

    [Fact]
    public void Documents_of_profiles_are_left_to_their_reader()
    {
        OperationInput input = Input(
            SecurityProfileOperations.CreateSecurityProfile, "p", body: """{"behaviors":[7],"alertTargets":{"x":1},"securityProfileDescription":"\n"}""");

        Assert.Equal("[7]", input.Element("behaviors")!.Value.GetRawText());
        Assert.Equal("\n", input.String("securityProfileDescription"));
        Assert.Equal(
            "1 validation error detected: Value '{}' at 'behaviors' failed to satisfy constraint: Member must be a list",
            Error(SecurityProfileOperations.CreateSecurityProfile, "p", body: """{"behaviors":{}}"""));
    }

    [Fact]
    public void No_body_is_an_empty_object()
    {
        OperationInput input = Input(ThingOperations.CreateThing, "a");

        Assert.Equal("{}", input.Body.GetRawText());
        Assert.Null(input.Element("attributePayload"));
    }

    [Theory]
    [InlineData("[]", "The request body is not a JSON object")]
    [InlineData("null", "The request body is not a JSON object")]
    [InlineData("{\n\"a\":}", "The request body is not JSON of at most 32 levels: line 2, byte 5")]
    [InlineData("{} {}", "The request body is not JSON of at most 32 levels: line 1, byte 4")]
    [InlineData(" ", "The request body is not JSON of at most 32 levels: line 1, byte 2")]
    [InlineData("""{"thingTypeName":"\ud800"}""", "The request body has half a surrogate pair in a string")]
    [InlineData("""{"\udc00":1}""", "The request body has half a surrogate pair in a string")]
    public void A_body_that_is_no_object_is_refused(string body, string message)
    {
        Assert.Equal(message, Error(ThingOperations.CreateThing, "a", body: body));
    }

    [Fact]
    public void A_body_is_as_deep_as_allowed_and_no_deeper()
    {
        static string Nested(int levels) => $"{{\"x\":{new string('[', levels - 1)}{new string(']', levels - 1)}}}";

        Assert.NotNull(Input(ThingOperations.CreateThing, "a", body: Nested(JsonBody.MaxDepth)));
        Assert.Contains("at most 32 levels", Error(ThingOperations.CreateThing, "a", body: Nested(JsonBody.MaxDepth + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_of_broken_UTF8_is_refused()
    {
        Assert.False(InputReader.TryRead(
            ThingOperations.CreateThing, ["things", "a"], "", "{\"x\":\"\xFF\"}"u8.ToArray().AsSpan()[..6], out _, out string? error));
        Assert.NotNull(error);
        Assert.False(InputReader.TryRead(ThingOperations.CreateThing, ["things", "a"], "", [(byte)'{', 0xFF, (byte)'}'], out _, out error));
        Assert.Equal("The request body is not UTF-8", error);
    }

    [Fact]
    public void Countless_mistakes_make_no_endless_answer()
    {
        string body = $"{{\"tagKeys\":[{string.Join(',', Enumerable.Repeat("\"!\"", 100_000))}],\"resourceArn\":\"a\"}}";

        string error = Error(TagOperations.UntagResource, body: body);

        Assert.StartsWith("100000 validation errors detected: ", error, StringComparison.Ordinal);
        Assert.EndsWith("; and 99975 more", error, StringComparison.Ordinal);
        Assert.True(error.Length < 10_000);
    }

    private static OperationInput Input(Operation operation, string name = "", string query = "", string body = "")
    {
        bool isRead = InputReader.TryRead(operation, Path(operation, name), query, Encoding.UTF8.GetBytes(body), out OperationInput? input, out string? error);
        Assert.True(isRead, error);
        return input!;
    }

    private static string Error(Operation operation, string name = "", string query = "", string body = "")
    {
        Assert.False(InputReader.TryRead(operation, Path(operation, name), query, Encoding.UTF8.GetBytes(body), out _, out string? error));
        return error!;
    }

    private static ImmutableArray<string> Path(Operation operation, string name) =>
        [.. operation.Path.ToString()[1..].Split('/').Select(segment => segment.StartsWith('{') ? name : segment)];
}
