using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Cli;

namespace Defender.Gateway.Tests.Cli;

/// <summary>What a verb of the command line did, run in this process.</summary>
/// <param name="Status">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record Verb(int Status, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Each line as the JSON object it has to be.</summary>
    public JsonElement[] Documents => [.. Lines.Select(line => JsonElement.Parse(line))];

    public static Verb Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        int status = Run(output, errors, arguments);
        return new Verb(status, output.ToString(), errors.ToString());
    }

    public static int Run(TextWriter output, TextWriter errors, params string[] arguments)
    {
        var root = new RootCommand { ViolationsCommand.Create(), ProfileCommand.Create(), ReportCommand.Create(), AccessKeyCommand.Create(), BackupCommand.Create(), ImportCommand.Create(), PolicyCommand.Create(), EnrolCommand.Create(), ThingCommand.Create(), CertificateCommand.Create(), CaCommand.Create(), UserCommand.Create(), ClientsCommand.Create(), RejectsCommand.Create() };
        return root.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
    }
}
