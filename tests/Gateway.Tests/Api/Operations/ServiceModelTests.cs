using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Shapes;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Api.Operations;

/// <summary>Holds the table to AWS's service model: both are put into the same lines of text and compared.</summary>
public sealed class ServiceModelTests
{
    private const string Model = "contract/iot-detect-model.json";

    [SharedFact(Model)]
    public void Every_operation_is_the_one_of_AWS_service_model()
    {
        JsonElement model = JsonElement.Parse(File.ReadAllBytes(RepositoryFiles.Shared(Model)));
        JsonElement shapes = model.GetProperty("shapes");
        JsonProperty[] operations = [.. model.GetProperty("operations").EnumerateObject()];

        Assert.Equal(operations.Select(operation => operation.Name).Order(), OperationTable.All.Select(operation => operation.Name).Order());
        foreach (JsonProperty declared in operations)
        {
            Operation operation = OperationTable.All.Single(operation => operation.Name == declared.Name);
            Assert.Equal(Lines(declared, shapes, operation), Lines(operation));
        }
    }

    [SharedFact(Model)]
    public void Every_error_has_the_status_of_AWS_service_model()
    {
        JsonElement shapes = JsonElement.Parse(File.ReadAllBytes(RepositoryFiles.Shared(Model))).GetProperty("shapes");
        JsonProperty[] errors = [.. shapes.EnumerateObject().Where(shape => shape.Value.TryGetProperty("exception", out _))];

        Assert.Equal(10, errors.Length);
        Assert.All(errors, error => Assert.Equal(
            error.Value.GetProperty("error").GetProperty("httpStatusCode").GetInt32(),
            Enum.GetValues<ApiError>().Single(known => known.Name() == error.Name).Status()));
    }

    private static string[] Lines(Operation operation) =>
    [
        $"{operation.Name} {operation.Method} {operation.Path}",
        $"errors {string.Join(' ', operation.Errors.Select(error => error.Name()).Order())}",
        .. operation.Members.Select(member => $"{member.Place} {member.Name} {member.IsRequired} {Describe(member.Shape)}"),
    ];

    private static string Describe(Shape shape) => shape switch
    {
        StringShape text => $"string {text.Min}..{text.Max} {text.Pattern?.Text} [{string.Join(' ', text.Values)}]",
        IntegerShape { Min: long.MinValue, Max: long.MaxValue } => "long",
        IntegerShape integer => $"integer {integer.Min}..{integer.Max}",
        BooleanShape => "boolean",
        TimestampShape => "timestamp",
        ListShape list => $"list {list.Min}..{list.Max} of {Describe(list.Element)}",
        MapShape map => $"map of {Describe(map.Key)} to {Describe(map.Value)}",
        StructureShape structure =>
            $"structure ({string.Join(", ", structure.Members.Select(member => $"{member.Name} {member.IsRequired} {Describe(member.Shape)}"))})",
        DocumentShape document => $"document {document.Kind}",
        _ => throw new NotSupportedException(shape.GetType().Name),
    };

    private static string[] Lines(JsonProperty declared, JsonElement shapes, Operation operation)
    {
        JsonElement http = declared.Value.GetProperty("http");
        JsonElement input = shapes.GetProperty(declared.Value.GetProperty("input").GetProperty("shape").GetString()!);
        return
        [
            $"{declared.Name} {http.GetProperty("method")} {http.GetProperty("requestUri")}",
            $"errors {string.Join(' ', declared.Value.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("shape").GetString()).Order())}",
            .. input.GetProperty("members").EnumerateObject().Select(member => Line(member, Required(input), shapes, operation)),
        ];
    }

    private static string Line(JsonProperty member, HashSet<string> required, JsonElement shapes, Operation operation)
    {
        Place place = !member.Value.TryGetProperty("location", out JsonElement location) ? Place.Body
            : location.GetString() == "uri" ? Place.Path : Place.Query;
        // A name on the wire that differs would show here.
        string name = member.Value.TryGetProperty("locationName", out JsonElement locationName) ? locationName.GetString()! : member.Name;
        bool isDocument = operation.Members.Any(declared => declared.Name == name && declared.Shape is DocumentShape);
        JsonElement shape = shapes.GetProperty(member.Value.GetProperty("shape").GetString()!);
        return $"{place} {name} {required.Contains(member.Name)} {(isDocument ? $"document {Kind(shape)}" : Describe(shape, shapes))}";
    }

    private static string Describe(JsonElement shape, JsonElement shapes)
    {
        string type = shape.GetProperty("type").GetString()!;
        JsonElement Part(string name) => shapes.GetProperty(shape.GetProperty(name).GetProperty("shape").GetString()!);
        switch (type)
        {
            case "string":
                string values = shape.TryGetProperty("enum", out JsonElement list) ? string.Join(' ', list.EnumerateArray()) : "";
                return $"string {Number(shape, "min") ?? 0}..{Number(shape, "max")} {(shape.TryGetProperty("pattern", out JsonElement pattern) ? pattern : "")} [{values}]";
            case "long" when Number(shape, "min") is null && Number(shape, "max") is null:
                return type;
            case "integer":
                return $"integer {Number(shape, "min") ?? int.MinValue}..{Number(shape, "max") ?? int.MaxValue}";
            case "boolean" or "timestamp":
                return type;
            case "list":
                return $"list {Number(shape, "min") ?? 0}..{Number(shape, "max")} of {Describe(Part("member"), shapes)}";
            case "map":
                return $"map of {Describe(Part("key"), shapes)} to {Describe(Part("value"), shapes)}";
            case "structure":
                HashSet<string> required = Required(shape);
                return $"structure ({string.Join(", ", shape.GetProperty("members").EnumerateObject().Select(member =>
                    $"{member.Name} {required.Contains(member.Name)} {Describe(shapes.GetProperty(member.Value.GetProperty("shape").GetString()!), shapes)}"))})";
            default:
                throw new NotSupportedException(shape.GetRawText());
        }
    }

    private static JsonValueKind Kind(JsonElement shape) => shape.GetProperty("type").GetString() switch
    {
        "string" => JsonValueKind.String,
        "list" => JsonValueKind.Array,
        _ => JsonValueKind.Object,
    };

    private static long? Number(JsonElement shape, string name) => shape.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : null;

    private static HashSet<string> Required(JsonElement shape) =>
        shape.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
}
