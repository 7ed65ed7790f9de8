using System;
using System.Linq;
using System.Security.Cryptography;

namespace Defender.Gateway.Access;

/// <summary>One pair of id and secret that may call the API, in the form of an AWS access key of an IAM user.</summary>
/// <param name="AccessKeyId"><c>AKIA</c> and 16 characters of A to Z and 2 to 7; see <see cref="IsId"/>.</param>
/// <param name="SecretAccessKey">40 characters of A to Z, a to z, 0 to 9, + and /; see <see cref="IsSecret"/>. Never log it.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="CreatedAt">When it was made, in whole seconds, UTC.</param>
/// <param name="Description">What it is for, null for nothing; see <see cref="IsDescription"/>.</param>
internal sealed record AccessKey(
    string AccessKeyId, string SecretAccessKey, AccessRights Rights, DateTimeOffset CreatedAt, string? Description = null)
{
    /// <summary>Most characters of a description.</summary>
    public const int MaxDescriptionLength = 256;

    private const string IdPrefix = "AKIA";
    private const string IdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int IdLength = 20;
    private const int SecretLength = 40;
    private const int SecretBytes = SecretLength / 4 * 3;

    /// <summary>A new key: 80 random bits of id, 240 of secret.</summary>
    /// <param name="rights">What it may do.</param>
    /// <param name="now">The instant, cut to whole seconds.</param>
    /// <param name="description">Null, or a text that <see cref="IsDescription"/> takes.</param>
    public static AccessKey Generate(AccessRights rights, DateTimeOffset now, string? description) => new(
        IdPrefix + RandomNumberGenerator.GetString(IdAlphabet, IdLength - IdPrefix.Length),
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)),
        rights,
        DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
        description);

    public static bool IsId(string text) =>
        text.Length == IdLength && text.StartsWith(IdPrefix, StringComparison.Ordinal)
        && text.Skip(IdPrefix.Length).All(IdAlphabet.Contains);

    public static bool IsSecret(string text) =>
        text.Length == SecretLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/');

    /// <summary>Whether a text has 1 to <see cref="MaxDescriptionLength"/> characters, none of which could forge a line.</summary>
    public static bool IsDescription(string text) => text.Length is > 0 and <= MaxDescriptionLength && Printable.Escape(text) == text;

    /// <summary>The id alone: what is made for a log must not carry the secret.</summary>
    public override string ToString() => AccessKeyId;
}
