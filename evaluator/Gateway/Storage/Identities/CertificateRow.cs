using System;
using System.Collections.Immutable;

namespace Defender.Gateway.Storage.Identities;

/// <summary>A device's certificate in the registry.</summary>
/// <param name="CertificateId">AWS: certificateId, the SHA-256 fingerprint of the DER as 64 small hex digits.</param>
/// <param name="Status">Whether it may connect.</param>
/// <param name="ThingName">The thing it is attached to; null for none.</param>
/// <param name="PolicyNames">Its policies; empty for the default one.</param>
/// <param name="NotBefore">Start of its validity.</param>
/// <param name="NotAfter">End of its validity, included.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="Origin">How it was registered.</param>
/// <param name="CaCertificateId">The registered CA that vouched for it; null when none did.</param>
internal sealed record CertificateRow(
    string CertificateId,
    CertificateStatus Status,
    string? ThingName,
    ImmutableArray<string> PolicyNames,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    DateTimeOffset RegisteredAt,
    CertificateOrigin Origin,
    string? CaCertificateId = null);
