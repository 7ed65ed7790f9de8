using System.Collections.Generic;

namespace Defender.Gateway.Storage.Identities;

/// <summary>What changed among the identities after a version.</summary>
/// <param name="Version">The version now.</param>
/// <param name="Principals">Fingerprints and user names that do not stand for what they stood for.</param>
internal readonly record struct IdentityChanges(long Version, IReadOnlyList<string> Principals);
