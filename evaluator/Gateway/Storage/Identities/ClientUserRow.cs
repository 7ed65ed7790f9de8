using System;
using System.Collections.Immutable;

namespace Defender.Gateway.Storage.Identities;

/// <summary>A user name that a client may connect with, and what its password is checked by.</summary>
/// <param name="UserName">The name.</param>
/// <param name="Salt">Of the hash.</param>
/// <param name="Hash">The derived key of the password.</param>
/// <param name="Iterations">Of the derivation.</param>
/// <param name="ThingName">The thing it stands for; null for none.</param>
/// <param name="PolicyNames">Its policies; empty for the default one.</param>
/// <param name="RegisteredAt">When it was made or last changed.</param>
internal sealed record ClientUserRow(
    string UserName, byte[] Salt, byte[] Hash, long Iterations, string? ThingName, ImmutableArray<string> PolicyNames, DateTimeOffset RegisteredAt);
