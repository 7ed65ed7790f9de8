using System;
using System.Collections.Immutable;

namespace Defender.Gateway.Identity;

/// <summary>Who a connection is; immutable.</summary>
/// <param name="Kind">How it says so.</param>
/// <param name="ThingName">The thing it stands for; null for none.</param>
/// <param name="Principal">
/// Fingerprint, user name or <see cref="AnonymousPrincipal"/>; no two kinds share one. A client identifier is taken over only by
/// the same.
/// </param>
/// <param name="PolicyNames">Its policies; empty for the default one.</param>
internal sealed record ClientIdentity(IdentityKind Kind, string? ThingName, string Principal, ImmutableArray<string> PolicyNames)
{
    /// <summary>The principal of all who do not say who they are.</summary>
    public const string AnonymousPrincipal = "anonymous";

    /// <summary>When it stands no more by itself: the end of its certificate's validity; <see cref="DateTimeOffset.MaxValue"/> for never.</summary>
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>
    /// The salt of the password that let it in, made anew with each password: tells a password that has been changed since, and
    /// nothing of the password. Null for other kinds.
    /// </summary>
    public byte[]? Salt { get; init; }

    /// <summary>Who does not say who he is.</summary>
    public static readonly ClientIdentity Anonymous = new(IdentityKind.Anonymous, null, AnonymousPrincipal, []);
}
