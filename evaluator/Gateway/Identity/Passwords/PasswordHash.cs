using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Identity.Passwords;

/// <summary>Passwords as PBKDF2-HMAC-SHA256 keys of their SHA-256: all that is kept of them.</summary>
internal static class PasswordHash
{
    /// <summary>OWASP, Password Storage Cheat Sheet: PBKDF2-HMAC-SHA256, 600,000.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>Own: iterations that a stored hash may ask for, so that a damaged row cannot hold up the others.</summary>
    public const int MaxIterations = 10_000_000;

    /// <summary>Own: bytes of a password. MQTT allows 65,535.</summary>
    public const int MaxPasswordBytes = 1024;

    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>A user with a password.</summary>
    public static ClientUserRow CreateUser(
        string userName, ReadOnlySpan<byte> password, int iterations, string? thingName, ImmutableArray<string> policyNames, DateTimeOffset now)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new ClientUserRow(userName, salt, Derive(password, salt, iterations), iterations, thingName, policyNames, now);
    }

    /// <summary>
    /// Whether a password is a user's. Takes as long for a user who does not exist, and for a row that is damaged, which no
    /// password fits (CVE-2018-12551).
    /// </summary>
    public static bool IsRight(ClientUserRow? user, ReadOnlySpan<byte> password)
    {
        bool isWhole = user is { Salt.Length: SaltLength, Hash.Length: HashLength, Iterations: > 0 and <= MaxIterations };
        byte[] derived = Derive(password, isWhole ? user!.Salt : new byte[SaltLength], isWhole ? (int)user!.Iterations : DefaultIterations);
        return isWhole & CryptographicOperations.FixedTimeEquals(derived, isWhole ? user!.Hash : new byte[HashLength]);
    }

    private static byte[] Derive(ReadOnlySpan<byte> password, byte[] salt, int iterations) =>
        // Of the password's own hash: HMAC pads short keys with zeros, so that "a" and "a\0" would be the same password.
        Rfc2898DeriveBytes.Pbkdf2(SHA256.HashData(password), salt, iterations, HashAlgorithmName.SHA256, HashLength);
}
