namespace Defender.Gateway.Api.Operations;

/// <summary>Where a request carries a member.</summary>
internal enum Place
{
    /// <summary>A member of the JSON body.</summary>
    Body,

    /// <summary>A segment of the path.</summary>
    Path,

    /// <summary>A parameter of the query string.</summary>
    Query,
}
