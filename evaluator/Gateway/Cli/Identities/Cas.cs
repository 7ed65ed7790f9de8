using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using Defender.Gateway.Identity;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using StoreLocation = Defender.Gateway.Storage.StoreLocation;

namespace Defender.Gateway.Cli.Identities;

/// <summary>The verbs of <c>ca</c>.</summary>
/// <param name="output">The CAs.</param>
/// <param name="errors">One line for what was not done.</param>
/// <param name="timeProvider">For the date of a registration.</param>
internal sealed class Cas(TextWriter output, TextWriter errors, TimeProvider timeProvider)
{
    private readonly LineOutput _output = new(output), _errors = new(errors);

    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    public int Register(StoreLocation location, string file, bool autoRegistration)
    {
        if (!Certificates.TryRead(file, out X509Certificate2? ca, out string? problem))
            return Say(problem!, ExitCode.CannotStart);
        using (ca)
        {
            if (ca!.Extensions.OfType<X509BasicConstraintsExtension>().SingleOrDefault() is not { CertificateAuthority: true })
                return Say($"{file} is no CA: its basic constraints do not say so", ExitCode.Invalid);
            if (!ca.SubjectName.RawData.AsSpan().SequenceEqual(ca.IssuerName.RawData))
                return Say($"{file} was issued by another CA: register the one that has signed itself", ExitCode.Invalid);
            using IIdentityStore identities = IdentityAccess.OpenOrCreate(location);
            string id = Fingerprint.Of(ca);
            identities.PutCa(new RegisteredCaRow(id, ca.RawData, autoRegistration, timeProvider.GetUtcNow()));
            _output.WriteLine($"CA {id} registered, auto-registration {(autoRegistration ? "on: a gateway that runs with --jitr takes its certificates at their first connection" : "off")}");
            return ExitCode.Done;
        }
    }

    /// <exception cref="StoreException">The store cannot be opened or read.</exception>
    public int List(StoreLocation location)
    {
        using IIdentityStore identities = IdentityAccess.Open(location);
        foreach (RegisteredCaRow row in identities.ListCas())
        {
            using X509Certificate2 ca = X509CertificateLoader.LoadCertificate(row.Certificate);
            _output.WriteLine($"{row.CertificateId} auto-registration {(row.AutoRegistration ? "on " : "off")} until {Certificates.Date(ca.NotAfter)} {Printable.Shorten(ca.Subject)}");
        }

        return ExitCode.Done;
    }

    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    public int Remove(StoreLocation location, string fingerprint)
    {
        string id = fingerprint.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        using IIdentityStore identities = IdentityAccess.Open(location);
        if (!identities.RemoveCa(id))
            return Say($"there is no CA {Printable.Shorten(id)}; 'defender-gateway ca list' shows which there are", ExitCode.Failed);
        _output.WriteLine($"CA {id} removed; certificates that it vouched for stay registered");
        return ExitCode.Done;
    }

    private int Say(string message, int status)
    {
        _errors.WriteLine($"defender-gateway: {message}");
        return status;
    }
}
