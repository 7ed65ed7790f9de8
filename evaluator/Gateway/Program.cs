using System;
using System.CommandLine;
using System.Text;
using Defender.Gateway.Cli;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage;

// Read once, with the first socket: what a socket of Kestrel has to say is handled where it is noticed.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var root = new RootCommand("A self-hosted AWS IoT Device Defender Detect: judges device reports against security profiles.")
{
    RunCommand.Create(),
    ViolationsCommand.Create(),
    ClientsCommand.Create(),
    RejectsCommand.Create(),
    ProfileCommand.Create(),
    ReportCommand.Create(),
    AccessKeyCommand.Create(),
    BackupCommand.Create(),
    ImportCommand.Create(),
    PolicyCommand.Create(),
    EnrolCommand.Create(),
    ThingCommand.Create(),
    CertificateCommand.Create(),
    CaCommand.Create(),
    UserCommand.Create(),
};

try
{
    ParseResult arguments = root.Parse(args);
    int status = await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    return arguments.Errors.Count > 0 ? ExitCode.CannotStart : status;
}
catch (Exception error) when (error is StartupException or StoreException)
{
    Console.Error.WriteLine($"defender-gateway: {error.Message}");
    return ExitCode.CannotStart;
}
