using Defender.Gateway.Api.Input;

namespace Defender.Gateway.Api.Paging;

/// <summary>How many results one answer of a list operation carries.</summary>
internal static class Page
{
    /// <summary>AWS: the most that <c>maxResults</c> takes; the default here, where AWS prints none.</summary>
    public const int MaxResults = 250;

    /// <summary>What the request asks for, which the model has bounded.</summary>
    public static int Limit(OperationInput input, int defaultLimit = MaxResults) => input.Int32OrNull("maxResults") ?? defaultLimit;
}
