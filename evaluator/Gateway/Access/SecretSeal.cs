using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Access;

/// <summary>
/// Seals the secrets of access keys with AES-256-GCM under a random key of its own file, so that the file of access keys alone,
/// in a backup or a bug report, gives nothing away. A sealed secret opens for the id and rights only that it was sealed with.
/// </summary>
internal sealed class SecretSeal
{
    public const string FileName = "secret.key";

    private const int KeyLength = 32;
    private static readonly int NonceLength = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagLength = AesGcm.TagByteSizes.MaxSize;

    private readonly byte[] _key;

    private SecretSeal(byte[] key) => _key = key;

    /// <summary>The seal of a data directory, null where it has none.</summary>
    /// <exception cref="StartupException">Its file cannot be read, is open to others, or holds no key.</exception>
    public static SecretSeal? Open(string directory)
    {
        string path = Path.Combine(directory, FileName);
        byte[]? key = PrivateFile.Read(path, KeyLength);
        return key is null ? null
            : key.Length == KeyLength ? new SecretSeal(key)
            : throw new StartupException($"{path} has {key.Length} bytes instead of {KeyLength}: it is damaged; restore it");
    }

    /// <summary>Makes the seal of a data directory that has none.</summary>
    /// <exception cref="StartupException">Its file cannot be written.</exception>
    public static SecretSeal Create(string directory)
    {
        byte[] key = RandomNumberGenerator.GetBytes(KeyLength);
        PrivateFile.Replace(Path.Combine(directory, FileName), key);
        return new SecretSeal(key);
    }

    /// <summary>Nonce, sealed secret and tag, one after the other.</summary>
    public byte[] Seal(AccessKey key)
    {
        byte[] secret = Encoding.UTF8.GetBytes(key.SecretAccessKey);
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceLength), tag = new byte[TagLength], sealedSecret = new byte[secret.Length];
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, secret, sealedSecret, tag, BoundTo(key.AccessKeyId, key.Rights));
        return [.. nonce, .. sealedSecret, .. tag];
    }

    /// <summary>Opens what <see cref="Seal"/> made; false where it was made with another seal, id or rights, or altered.</summary>
    public bool TryUnseal(byte[] text, string accessKeyId, AccessRights rights, [NotNullWhen(true)] out string? secretAccessKey)
    {
        secretAccessKey = null;
        if (text.Length < NonceLength + TagLength)
            return false;
        byte[] secret = new byte[text.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        try
        {
            aes.Decrypt(text.AsSpan(0, NonceLength), text.AsSpan(NonceLength, secret.Length), text.AsSpan(NonceLength + secret.Length), secret, BoundTo(accessKeyId, rights));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        secretAccessKey = Encoding.UTF8.GetString(secret);
        return true;
    }

    private static byte[] BoundTo(string accessKeyId, AccessRights rights) => Encoding.UTF8.GetBytes($"{accessKeyId}\n{rights}");
}
