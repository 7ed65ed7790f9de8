using System;
using System.CommandLine;
using Defender.Gateway.Cli.Importing;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway import</c>.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string[]> files = CommonOptions.Files(
            "What describe-security-profile, describe-custom-metric and describe-dimension of the AWS CLI print, or what create-… takes; - for standard input");
        Option<string> data = CommonOptions.Data();
        Option<string?> postgres = CommonOptions.Postgres();
        Option<string[]> attach = new("--attach")
        {
            Description = "Target to attach the profiles to, of any account and region: all/things and its kin, or a thing group of the gateway; may be given more than once",
            HelpName = "ARN",
            DefaultValueFactory = _ => [],
        };
        Option<bool> dryRun = new("--dry-run") { Description = "Tell what would be done, and change nothing" };
        var command = new Command(
            "import",
            "Take over security profiles, custom metrics and dimensions from AWS, all or none: one JSON line a file, with what is different here. Exit 0: done, 3: mistakes, 2: a file cannot be read, or a gateway runs on the data")
        {
            files,
            attach,
            dryRun,
            data,
            postgres,
        };
        command.SetAction(result => new Import(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, TimeProvider.System)
        {
            TargetArns = result.GetValue(attach)!,
            IsDryRun = result.GetValue(dryRun),
        }.Run(result.GetValue(files)!, new StoreLocation(result.GetValue(data)!, result.GetValue(postgres))));
        return command;
    }
}
