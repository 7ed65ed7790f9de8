using System.Security.Cryptography;
using System.Text;

namespace Defender.Gateway.Api.Signing;

/// <summary>The key that a secret yields for one day, region and service.</summary>
internal static class SigningKey
{
    /// <summary>Derives the 32 bytes. Four hashes of a few bytes, a few microseconds: not worth a cache that others could fill.</summary>
    public static byte[] Derive(string secretAccessKey, string date, string region, string service)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretAccessKey);
        foreach (string part in new[] { date, region, service, SignatureAuthorization.Terminator })
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }
}
