using System;
using System.Diagnostics.CodeAnalysis;
using Defender.Gateway.Access;

namespace Defender.Gateway.Api.Signing;

/// <summary>Believes the requests that one of the gateway's access keys signed.</summary>
/// <param name="keys">The keys.</param>
/// <param name="timeProvider">The clock that signatures are held against.</param>
/// <param name="region">The only region that clients may sign for; null for any.</param>
internal sealed class SigV4Authenticator(AccessKeyRing keys, TimeProvider timeProvider, string? region = null) : IRequestAuthenticator
{
    private readonly SigV4Verifier _verifier = new(keys.Find, region);

    public bool TryAuthenticate(in ApiRequest request, [NotNullWhen(true)] out Caller? caller, out ApiFailure failure)
    {
        caller = _verifier.TryVerify(request, timeProvider.GetUtcNow(), out AccessKey? key, out failure)
            ? new Caller(key.AccessKeyId, IsReadOnly: key.Rights != AccessRights.Full)
            : null;
        return caller is not null;
    }
}
