using System;
using System.CommandLine;
using Defender.Gateway.Cli.Identities;
using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway certificate</c>: single certificates, beside a running gateway or without one.</summary>
internal static class CertificateCommand
{
    public static Command Create() => new("certificate", "Register certificates of devices and change their status; a running gateway follows within a second")
    {
        CreateList(),
        CreateRegister(),
        CreateChange("revoke", "Revoke a certificate, for good. Exit 0: done, 1: it is not registered", CertificateStatus.Revoked),
        CreateChange("deactivate", "Let a certificate not connect until it is activated. Exit 0: done, 1: it is not registered, or revoked", CertificateStatus.Inactive),
        CreateChange("activate", "Let a certificate connect again. Exit 0: done, 1: it is not registered, or revoked", CertificateStatus.Active),
    };

    private static Command CreateList()
    {
        var common = new IdentityOptions();
        Option<bool> json = new("--json") { Description = "One line of JSON for each" };
        Option<string?> thing = new("--thing") { Description = "Only those of this thing", HelpName = "NAME" };
        Command command = common.Verb("list", "List the registered certificates");
        command.Options.Add(thing);
        command.Options.Add(json);
        command.SetAction(result => Certificates(result, result.GetValue(json)).List(common.Location(result), result.GetValue(thing)));
        return command;
    }

    private static Command CreateRegister()
    {
        var common = new IdentityOptions();
        Argument<string> file = new("FILE") { Description = "A certificate that was made elsewhere, PEM or DER; the first of the file; - for standard input" };
        Option<string> thing = new("--thing") { Description = "The thing that it is attached to", HelpName = "NAME", Required = true };
        Command command = common.Verb("register", "Register a certificate as ACTIVE. Exit 0: done, 1: it is registered already", hasPolicies: true);
        command.Arguments.Add(file);
        command.Options.Add(thing);
        command.SetAction(result => Certificates(result, json: false)
            .Register(common.Location(result), result.GetValue(file)!, result.GetValue(thing)!, common.PolicyNames(result)));
        return command;
    }

    private static Command CreateChange(string name, string description, CertificateStatus status)
    {
        var common = new IdentityOptions();
        Argument<string> fingerprint = new("FINGERPRINT") { Description = "SHA-256 of the certificate, 64 hex digits" };
        Command command = common.Verb(name, description);
        command.Arguments.Add(fingerprint);
        command.SetAction(result => Certificates(result, json: false).Change(common.Location(result), result.GetValue(fingerprint)!, status));
        return command;
    }

    private static Certificates Certificates(ParseResult result, bool json) =>
        new(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, TimeProvider.System) { Json = json };
}
