namespace Defender.Gateway.Api.Paging;

/// <summary>Where the next page starts: after a name, or after a pair of numbers such as a time and a row id.</summary>
/// <param name="Name">The last name of the page; null for a position of numbers.</param>
/// <param name="Major">The number that is sorted by.</param>
/// <param name="Minor">What tells equal ones apart.</param>
internal readonly record struct PagePosition(string? Name, long Major, long Minor)
{
    public static PagePosition After(string name) => new(name, 0, 0);

    public static PagePosition After(long major, long minor) => new(null, major, minor);
}
