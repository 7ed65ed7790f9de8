namespace Defender.Gateway.Api.Shapes;

/// <summary>A member of a structure.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Shape">What it may hold.</param>
/// <param name="IsRequired">Whether a structure without it is refused.</param>
internal sealed record StructureMember(string Name, Shape Shape, bool IsRequired)
{
    public static StructureMember Required(string name, Shape shape) => new(name, shape, IsRequired: true);

    public static StructureMember Optional(string name, Shape shape) => new(name, shape, IsRequired: false);
}
