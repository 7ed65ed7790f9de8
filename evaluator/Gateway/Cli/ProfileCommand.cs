using System.CommandLine;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway profile</c>: security profiles without a gateway.</summary>
internal static class ProfileCommand
{
    public static Command Create() => new("profile", "Check and test security profiles without a gateway") { CreateCheck(), CreateTest() };

    private static Command CreateCheck()
    {
        Argument<string[]> files = CommonOptions.Files("CreateSecurityProfile documents (JSON); - for standard input");
        Option<string?> definitions = new("--definitions")
        {
            Description = "Custom metrics and dimensions (JSON) that the profiles may name",
            HelpName = "FILE",
        };
        var command = new Command("check", "Name every mistake of security profiles: one JSON line a file. Exit 0: all valid, 3: mistakes, 2: a file cannot be read")
        {
            files,
            definitions,
        };
        command.SetAction(result => new ProfileCheck(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error)
            .Run(result.GetValue(files)!, result.GetValue(definitions)));
        return command;
    }

    private static Command CreateTest()
    {
        Argument<string[]> files = CommonOptions.Files("Scenario files, or directories to search for *.scenario; - for standard input");
        var command = new Command("test", "Play scenarios: what things report, and which alarms must come. Exit 0: all as expected, 1: some not, 2: a file cannot be read")
        {
            files,
        };
        command.SetAction(result => new ProfileTest(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error)
            .Run(result.GetValue(files)!));
        return command;
    }
}
