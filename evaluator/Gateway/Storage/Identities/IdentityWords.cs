using System.Collections.Immutable;
using System.Text.Json;

namespace Defender.Gateway.Storage.Identities;

/// <summary>How statuses, origins and lists are kept and shown. What is not one of these words is damage, never a default.</summary>
internal static class IdentityWords
{
    public static string Of(CertificateStatus status) => status switch
    {
        CertificateStatus.Active => "ACTIVE",
        CertificateStatus.Inactive => "INACTIVE",
        _ => "REVOKED",
    };

    public static string Of(CertificateOrigin origin) => origin switch
    {
        CertificateOrigin.Enrolled => "ENROLLED",
        CertificateOrigin.Jitr => "JITR",
        _ => "IMPORTED",
    };

    public static string Of(ImmutableArray<string> policyNames) => JsonSerializer.Serialize(policyNames);

    /// <exception cref="StoreException">It is no status.</exception>
    public static CertificateStatus ToStatus(string word) => word switch
    {
        "ACTIVE" => CertificateStatus.Active,
        "INACTIVE" => CertificateStatus.Inactive,
        "REVOKED" => CertificateStatus.Revoked,
        _ => throw Damaged(word),
    };

    /// <exception cref="StoreException">It is no origin.</exception>
    public static CertificateOrigin ToOrigin(string word) => word switch
    {
        "ENROLLED" => CertificateOrigin.Enrolled,
        "JITR" => CertificateOrigin.Jitr,
        "IMPORTED" => CertificateOrigin.Imported,
        _ => throw Damaged(word),
    };

    /// <exception cref="StoreException">It is no list of names.</exception>
    public static ImmutableArray<string> ToPolicyNames(string json)
    {
        try
        {
            ImmutableArray<string> names = JsonSerializer.Deserialize<ImmutableArray<string>>(json);
            return names.IsDefault || names.Contains(null!) ? throw Damaged(json) : names;
        }
        catch (JsonException)
        {
            throw Damaged(json);
        }
    }

    private static StoreException Damaged(string text) =>
        new($"what the store keeps of an identity is damaged: '{Printable.Shorten(text)}'; restore it from a backup");
}
