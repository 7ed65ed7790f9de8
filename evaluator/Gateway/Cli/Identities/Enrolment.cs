using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Evaluator.Things;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Issuing;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using StoreLocation = Defender.Gateway.Storage.StoreLocation;

namespace Defender.Gateway.Cli.Identities;

/// <summary><c>enrol</c>.</summary>
/// <param name="output">What to do next.</param>
/// <param name="errors">One line for what was not done.</param>
/// <param name="timeProvider">For dates.</param>
internal sealed class Enrolment(TextWriter output, TextWriter errors, TimeProvider timeProvider)
{
    private const int MaxCaFileBytes = 256 * 1024;

    private static readonly JsonSerializerOptions AgentFormat = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LineOutput _output = new(output), _errors = new(errors);

    /// <summary>Where the files go; null for a directory of the thing's name.</summary>
    public string? Folder { get; init; }

    /// <summary>For how many days the certificate is valid.</summary>
    public int Days { get; init; }

    public ImmutableArray<string> PolicyNames { get; init; } = [];

    /// <summary>The host name of the gateway.</summary>
    public string Endpoint { get; init; } = "localhost";

    /// <summary>What the device shall trust in place of the gateway's own CA.</summary>
    public string? RootCaFile { get; init; }

    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    /// <exception cref="StartupException">The CA cannot be read or made.</exception>
    public async Task<int> RunAsync(string thingName, StoreLocation location, CancellationToken cancellationToken)
    {
        if (!ThingName.IsValid(thingName, out ThingNameError error))
            return Refuse($"'{Printable.Shorten(thingName)}' cannot name a thing: {error.Message}");
        string name = SafeFileName.Of(thingName), folder = Path.GetFullPath(Folder ?? name);
        var files = new EnrolmentFiles(folder, name);
        if (files.Existing is { } existing)
            return Refuse($"{existing} exists already: choose another directory with --out");
        byte[]? rootCa = null;
        if (RootCaFile is not null && !InputFile.TryRead(RootCaFile, MaxCaFileBytes, out rootCa, out string? reason))
            return Refuse($"cannot read {RootCaFile}: {reason}");

        using IIdentityStore identities = IdentityAccess.OpenOrCreate(location);
        var authority = new CertificateAuthority(Path.GetFullPath(location.DataDirectory), timeProvider);
        using X509Certificate2 ca = await authority.OpenAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = timeProvider.GetUtcNow();
        using X509Certificate2 device = CertificateProfile.CreateDevice(ca, thingName, now, TimeSpan.FromDays(Days));
        files.Write(
            CertificateAuthority.KeyOf(device),
            Encoding.ASCII.GetBytes(device.ExportCertificatePem() + "\n"),
            rootCa ?? Encoding.ASCII.GetBytes(ca.ExportCertificatePem() + "\n"),
            AgentConfiguration(thingName, files));
        try
        {
            identities.TryRegister(new CertificateRow(
                Fingerprint.Of(device), CertificateStatus.Active, thingName, PolicyNames, device.NotBefore, device.NotAfter, now, CertificateOrigin.Enrolled));
        }
        catch
        {
            // Files that open nothing would only mislead.
            files.Delete();
            throw;
        }

        Report(thingName, files, device, RegisterThing(thingName, location));
        return ExitCode.Done;
    }

    private byte[] AgentConfiguration(string thingName, EnrolmentFiles files) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>
        {
            ["endpoint"] = Endpoint,
            ["cert"] = files.Certificate,
            ["key"] = files.Key,
            ["root-ca"] = files.Ca,
            ["thing-name"] = thingName,
            ["device-defender"] = new Dictionary<string, object> { ["enabled"] = true, ["interval"] = 300 },
        },
        AgentFormat);

    // The account has one owner: where a gateway runs, it is asked.
    private string? RegisterThing(string thingName, StoreLocation location)
    {
        if (!ThingName.IsRegistryName(thingName))
            return "the thing is not in the registry of things, which takes names of letters, digits, ':', '_' and '-' only; its reports are taken all the same";
        try
        {
            if (TryTake(location) is not { } owned)
            {
                AdminConnection.Register(location.DataDirectory, thingName);
                return null;
            }

            using (owned)
            {
                using IStore store = (location with { DataDirectory = owned.Path }).Open();
                Things.Ensure(new ControlPlane(store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), timeProvider), thingName);
                return null;
            }
        }
        catch (Exception error) when (error is StoreException or StartupException)
        {
            return $"the thing is not in the registry of things: {Printable.Escape(error.Message)}. 'aws iot create-thing --thing-name {thingName}' with --endpoint-url of the gateway's API puts it there; its reports are taken all the same";
        }
    }

    private static DataDirectory? TryTake(StoreLocation location)
    {
        try
        {
            return DataDirectory.Take(location.DataDirectory);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private void Report(string thingName, EnrolmentFiles files, X509Certificate2 device, string? note)
    {
        string id = Fingerprint.Of(device);
        _output.WriteLine($"# thing {Printable.Escape(thingName)} enrolled: certificate {id}, ACTIVE until {Certificates.Date(device.NotAfter)}");
        if (note is not null)
            _output.WriteLine($"# {note}");
        _output.WriteLine($"# {files.Key} is the only copy of its key. The agent takes {files.Configuration}. With a gateway that runs with --mqtts {ListenerOptions.UsualMqttsPort}, this sends a report:");
        string report = "{\"header\":{\"report_id\":" + timeProvider.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
            + ",\"version\":\"1.0\"},\"metrics\":{\"listening_tcp_ports\":{\"ports\":[{\"port\":22}]}}}";
        _output.WriteLine(string.Join(' ', new[]
        {
            "mosquitto_pub", "-h", Endpoint, "-p", $"{ListenerOptions.UsualMqttsPort}", "--cafile", files.Ca, "--cert", files.Certificate, "--key", files.Key,
            "-i", thingName, "-q", "1", "-t", $"$aws/things/{thingName}/defender/metrics/json", "-m", report,
        }.Select(Quote)));
    }

    private static string Quote(string argument) =>
        argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':') ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private int Refuse(string message)
    {
        _errors.WriteLine($"defender-gateway: {message}");
        return ExitCode.CannotStart;
    }
}
