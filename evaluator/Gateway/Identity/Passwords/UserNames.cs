using System.Text;

namespace Defender.Gateway.Identity.Passwords;

/// <summary>What may name a user.</summary>
internal static class UserNames
{
    /// <summary>Own: bytes of UTF-8, as of a thing name.</summary>
    public const int MaxBytes = 128;

    /// <summary>Whether a name can be a user's: printable, and no other principal's.</summary>
    public static bool IsValid(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= MaxBytes
        && Printable.Escape(name) == name
        && name != ClientIdentity.AnonymousPrincipal
        && !Fingerprint.Is(name);
}
