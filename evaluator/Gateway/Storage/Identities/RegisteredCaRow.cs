using System;

namespace Defender.Gateway.Storage.Identities;

/// <summary>A CA whose certificates the gateway may take at their first connection.</summary>
/// <param name="CertificateId">The SHA-256 fingerprint of the DER as 64 small hex digits.</param>
/// <param name="Certificate">The DER.</param>
/// <param name="AutoRegistration">AWS: autoRegistrationStatus; whether its certificates are taken.</param>
/// <param name="RegisteredAt">When it was registered.</param>
internal sealed record RegisteredCaRow(string CertificateId, byte[] Certificate, bool AutoRegistration, DateTimeOffset RegisteredAt);
