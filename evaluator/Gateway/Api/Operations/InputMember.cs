using Defender.Gateway.Api.Shapes;

namespace Defender.Gateway.Api.Operations;

/// <summary>A member of an operation's input.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Shape">What it may hold.</param>
/// <param name="IsRequired">Whether a request without it is refused.</param>
internal sealed record InputMember(Place Place, string Name, Shape Shape, bool IsRequired)
{
    /// <summary>A parameter of the path template, which is always there.</summary>
    public static InputMember Path(string name, Shape shape) => new(Place.Path, name, shape, IsRequired: true);

    /// <summary>A parameter of the query string.</summary>
    public static InputMember Query(string name, Shape shape, bool required = false) => new(Place.Query, name, shape, required);

    /// <summary>A member of the body.</summary>
    public static InputMember Body(string name, Shape shape, bool required = false) => new(Place.Body, name, shape, required);
}
