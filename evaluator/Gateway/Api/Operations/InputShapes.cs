using System.Text.Json;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.Shapes.StructureMember;

namespace Defender.Gateway.Api.Operations;

/// <summary>The shapes and members that several operations share, with the limits of AWS's service model.</summary>
internal static class InputShapes
{
    private const int MaxNameLength = 128;

    public static readonly StringShape AnyText = new();

    public static readonly BooleanShape Flag = new();

    public static readonly TimestampShape Timestamp = new();

    public static readonly IntegerShape Version = IntegerShape.Int64();

    /// <summary>The names of things, their groups and types, of profiles, behaviors, metrics and dimensions.</summary>
    public static readonly StringShape ResourceName = new() { Min = 1, Max = MaxNameLength, Pattern = new ShapePattern("[a-zA-Z0-9:_-]+") };

    /// <summary>Things that report need not be in the registry: their names are client ids, in any script.</summary>
    public static readonly StringShape DeviceDefenderThingName = new() { Min = 1, Max = MaxNameLength };

    public static readonly StringShape MitigationActionName = new() { Max = MaxNameLength, Pattern = new ShapePattern("[a-zA-Z0-9_-]+") };

    public static readonly StringShape TaskId = new() { Min = 1, Max = MaxNameLength, Pattern = MitigationActionName.Pattern };

    public static readonly StringShape ViolationId = new() { Min = 1, Max = MaxNameLength, Pattern = new ShapePattern(@"[a-zA-Z0-9\-]+") };

    public static readonly StringShape ClientRequestToken = new() { Min = 1, Max = 64, Pattern = new ShapePattern("^[a-zA-Z0-9-_]+$") };

    public static readonly StringShape RoleArn = new() { Min = 20, Max = 2048 };

    /// <summary>What a line of text may hold.</summary>
    public static readonly ShapePattern Line = new(@"[\p{Graph}\x20]*");

    public static readonly StringShape Description = new() { Max = 2028, Pattern = Line };

    public static readonly StringShape AttributeName = new() { Max = MaxNameLength, Pattern = new ShapePattern("[a-zA-Z0-9_.,@/:#-]+") };

    public static readonly StringShape AttributeValue = new() { Max = 800, Pattern = new ShapePattern(@"[a-zA-Z0-9_.,@/:#=\[\]-]*") };

    public static readonly StructureShape AttributePayload = new(
        Optional("attributes", new MapShape(AttributeName, AttributeValue)),
        Optional("merge", Flag));

    public static readonly StringShape TagKey = new()
    {
        Min = 1,
        Max = MaxNameLength,
        Pattern = new ShapePattern(@"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$"),
    };

    public static readonly ListShape TagList = new(new StructureShape(
        Required("Key", TagKey),
        Optional("Value", new StringShape { Max = 256 })));

    public static readonly StringShape VerificationState =
        StringShape.Enum("FALSE_POSITIVE", "BENIGN_POSITIVE", "TRUE_POSITIVE", "UNKNOWN");

    /// <summary>A list, an object and a text that the reader of profiles checks.</summary>
    public static readonly DocumentShape DocumentList = new(JsonValueKind.Array);

    public static readonly DocumentShape DocumentObject = new(JsonValueKind.Object);

    public static readonly DocumentShape DocumentText = new(JsonValueKind.String);

    public static readonly InputMember NextToken = InputMember.Query("nextToken", AnyText);

    public static readonly InputMember MaxResults = InputMember.Query("maxResults", IntegerShape.Int32(1, 250));
}
