using System.Diagnostics.CodeAnalysis;

namespace Defender.Gateway.Api;

/// <summary>Finds out who sent a request. Called for each request, on any thread; throws on none.</summary>
internal interface IRequestAuthenticator
{
    /// <summary>Whether the request is signed by a key that is known.</summary>
    /// <param name="request">The request; its path may be one that no operation has.</param>
    /// <param name="caller">Who signed it.</param>
    /// <param name="failure">Why nobody is believed to have.</param>
    bool TryAuthenticate(in ApiRequest request, [NotNullWhen(true)] out Caller? caller, out ApiFailure failure);
}
