using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Things;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using StoreLocation = Defender.Gateway.Storage.StoreLocation;

namespace Defender.Gateway.Cli.Identities;

/// <summary>The verbs of <c>thing</c> and <c>certificate</c>.</summary>
/// <param name="output">Certificates and things.</param>
/// <param name="errors">One line for what was not done.</param>
/// <param name="timeProvider">For the date of a registration.</param>
internal sealed class Certificates(TextWriter output, TextWriter errors, TimeProvider timeProvider)
{
    private const int PageSize = 1000;
    private const int MaxFileBytes = 64 * 1024;

    private readonly LineOutput _output = new(output), _errors = new(errors);

    /// <summary>Whether to write JSON, in AWS's names, for programs.</summary>
    public bool Json { get; init; }

    /// <exception cref="StoreException">The store cannot be opened or read.</exception>
    public int List(StoreLocation location, string? thingName)
    {
        using IIdentityStore identities = IdentityAccess.Open(location);
        foreach (CertificateRow row in All(identities, thingName))
        {
            if (Json)
                _output.WriteJson(writer => Write(writer, row));
            else
                _output.WriteLine($"{row.CertificateId} {IdentityWords.Of(row.Status),-8} {Printable.Escape(row.ThingName ?? "-")} until {Date(row.NotAfter)} {IdentityWords.Of(row.Origin)}{(row.PolicyNames.IsEmpty ? "" : " " + Printable.Escape(string.Join(',', row.PolicyNames)))}");
            if (_output.IsClosed)
                break;
        }

        return ExitCode.Done;
    }

    /// <summary>The things with certificates, and how many of each status.</summary>
    /// <exception cref="StoreException">The store cannot be opened or read.</exception>
    public int ListThings(StoreLocation location)
    {
        using IIdentityStore identities = IdentityAccess.Open(location);
        var counts = new SortedDictionary<string, int[]>(StringComparer.Ordinal);
        foreach (CertificateRow row in All(identities, thingName: null))
        {
            if (row.ThingName is null)
                continue;
            if (!counts.TryGetValue(row.ThingName, out int[]? count))
                counts.Add(row.ThingName, count = new int[3]);
            count[(int)row.Status]++;
        }

        foreach ((string thing, int[] count) in counts)
        {
            if (Json)
            {
                _output.WriteJson(writer =>
                {
                    writer.WriteString("thingName", thing);
                    foreach (CertificateStatus status in Enum.GetValues<CertificateStatus>())
                        writer.WriteNumber(IdentityWords.Of(status), count[(int)status]);
                });
            }
            else
            {
                _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Printable.Escape(thing)}: {count[0]} ACTIVE, {count[1]} INACTIVE, {count[2]} REVOKED"));
            }
        }

        return ExitCode.Done;
    }

    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    public int ChangeThing(StoreLocation location, string thingName, CertificateStatus status)
    {
        using IIdentityStore identities = IdentityAccess.Open(location);
        int count = identities.ChangeStatusOfThing(thingName, status);
        if (count == 0)
            return Fail($"no certificate of thing {Printable.Shorten(thingName)} can be {IdentityWords.Of(status)}; 'defender-gateway certificate list --thing' shows which there are");
        _output.WriteLine($"{count} {(count == 1 ? "certificate" : "certificates")} of thing {Printable.Escape(thingName)} {(count == 1 ? "is" : "are")} {IdentityWords.Of(status)}");
        return ExitCode.Done;
    }

    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    public int Change(StoreLocation location, string fingerprint, CertificateStatus status)
    {
        // As openssl prints them.
        string id = fingerprint.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        if (!Fingerprint.Is(id))
            return Refuse($"'{Printable.Shorten(fingerprint)}' is no SHA-256 fingerprint: {Fingerprint.Length} hex digits");
        using IIdentityStore identities = IdentityAccess.Open(location);
        CertificateRow? row = identities.ChangeStatus(id, status);
        if (row is null)
            return Fail($"certificate {id} is not registered");
        if (row.Status != status)
            return Fail($"certificate {id} is REVOKED and stays so: enrol its thing anew");
        _output.WriteLine($"certificate {id} is {IdentityWords.Of(status)}");
        return ExitCode.Done;
    }

    /// <summary>Registers a certificate that was made elsewhere.</summary>
    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    public int Register(StoreLocation location, string file, string thingName, ImmutableArray<string> policyNames)
    {
        if (!ThingName.IsValid(thingName, out ThingNameError error))
            return Refuse($"'{Printable.Shorten(thingName)}' cannot name a thing: {error.Message}");
        if (!TryRead(file, out X509Certificate2? certificate, out string? problem))
            return Refuse(problem!);
        using (certificate)
        {
            using IIdentityStore identities = IdentityAccess.OpenOrCreate(location);
            string id = Fingerprint.Of(certificate!);
            if (!identities.TryRegister(new CertificateRow(
                id, CertificateStatus.Active, thingName, policyNames, certificate!.NotBefore, certificate.NotAfter, timeProvider.GetUtcNow(), CertificateOrigin.Imported)))
            {
                return Fail($"certificate {id} is registered already");
            }

            _output.WriteLine($"certificate {id} is ACTIVE for thing {Printable.Escape(thingName)}");
            return ExitCode.Done;
        }
    }

    /// <summary>Reads the first certificate of a file, PEM or DER.</summary>
    public static bool TryRead(string file, out X509Certificate2? certificate, out string? problem)
    {
        certificate = null;
        if (!InputFile.TryRead(file, MaxFileBytes, out byte[]? content, out string? reason))
        {
            problem = $"cannot read {file}: {reason}";
            return false;
        }

        try
        {
            certificate = content.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) >= 0
                ? X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(content))
                : X509CertificateLoader.LoadCertificate(content);
            problem = null;
            return true;
        }
        catch (CryptographicException)
        {
            problem = $"{file} holds no certificate in PEM or DER";
            return false;
        }
    }

    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static IEnumerable<CertificateRow> All(IIdentityStore identities, string? thingName)
    {
        for (string? after = null; ;)
        {
            IReadOnlyList<CertificateRow> page = identities.ListCertificates(thingName, after, PageSize);
            foreach (CertificateRow row in page)
                yield return row;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].CertificateId;
        }
    }

    private static void Write(Utf8JsonWriter writer, CertificateRow row)
    {
        writer.WriteString("certificateId", row.CertificateId);
        writer.WriteString("status", IdentityWords.Of(row.Status));
        writer.WriteString("thingName", row.ThingName);
        writer.WriteStartArray("policyNames");
        foreach (string name in row.PolicyNames)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteString("notBefore", Date(row.NotBefore));
        writer.WriteString("notAfter", Date(row.NotAfter));
        writer.WriteString("creationDate", Date(row.RegisteredAt));
        writer.WriteString("origin", IdentityWords.Of(row.Origin));
        if (row.CaCertificateId is not null)
            writer.WriteString("caCertificateId", row.CaCertificateId);
    }

    private int Fail(string message) => Say(message, ExitCode.Failed);

    private int Refuse(string message) => Say(message, ExitCode.CannotStart);

    private int Say(string message, int status)
    {
        _errors.WriteLine($"defender-gateway: {message}");
        return status;
    }
}
