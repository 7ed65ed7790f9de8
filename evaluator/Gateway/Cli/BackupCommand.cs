using System.CommandLine;
using System.IO;
using Defender.Gateway.Access;
using Defender.Gateway.Storage.Sqlite;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway backup</c>.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "The copy; must not exist" };
        Option<string> data = CommonOptions.Data();
        var command = new Command("backup", $"Copy what a running or stopped gateway keeps, without its access keys. To restore, put the copy as {SqliteStore.FileName} into an empty data directory")
        {
            file,
            data,
        };
        command.SetAction(result =>
        {
            string copy = result.GetValue(file)!;
            using (SqliteStore store = SqliteStore.OpenForReading(result.GetValue(data)!))
                store.BackUp(copy);
            new LineOutput(result.InvocationConfiguration.Output).WriteLine(
                $"{Printable.Escape(copy)}: {new FileInfo(copy).Length} bytes; {AccessKeyFile.FileName} is not in it");
            return ExitCode.Done;
        });
        return command;
    }
}
