using System;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>The verbs that need no gateway, as shells and their pipes use them.</summary>
public sealed class OfflineCheckTests
{
    private static readonly string Gateway = Path.Combine(AppContext.BaseDirectory, "defender-gateway");

    private static readonly string Contract = RepositoryFiles.Contract();

    [Theory]
    [InlineData("printf '{\"header\":{\"report_id\":7,\"version\":\"1.0\"},\"metrics\":{}}' | $GATEWAY report check -", 0, "\"reportId\":7")]
    [InlineData("$GATEWAY report check --format cbor - < $CONTRACT/reports/valid/cbor-u64.cbor", 0, "\"outcome\":\"accepted\"")]
    [InlineData("$GATEWAY report check - < $CONTRACT/reports/valid/cbor-u64.cbor", 3, "\"rule\":\"R02\"")]
    [InlineData("$GATEWAY report check - < /dev/zero", 3, "\"rule\":\"R01\"")]
    [InlineData("$GATEWAY report check - < /dev/null", 3, "\"rule\":\"R01\"")]
    [InlineData("printf '{\"securityProfileName\":\"p\"}' | $GATEWAY profile check -", 0, "\"valid\":true")]
    [InlineData("$GATEWAY profile check - < /dev/zero", 3, "at most 1048576 bytes")]
    [InlineData("printf '+0s a reports nothing\\n' | $GATEWAY profile test -", 0, "1 ok, 0 failed")]
    [InlineData("printf '+0s a reports nothing\\n-> rejected R01\\n' | $GATEWAY profile test -", 1, "expected, did not come")]
    public async Task Standard_input_is_read_as_far_as_it_has_to_be(string command, int status, string text)
    {
        await using ChildProcess shell = Shell(command);

        string[] lines = await shell.ReadToEndAsync();

        Assert.Equal(status, await shell.WaitForExitAsync());
        Assert.Contains(text, string.Join('\n', lines), StringComparison.Ordinal);
    }

    // head leaves after the first line: the verb has to stop without a word and without a stack trace.
    [Fact]
    public async Task A_pipe_that_is_closed_ends_the_verb_quietly()
    {
        await using ChildProcess shell = Shell("$GATEWAY report check $CONTRACT/reports/valid/*.json $CONTRACT/reports/invalid/*.json | head -n 1");

        string[] lines = await shell.ReadToEndAsync();

        Assert.Equal("accepted", JsonElement.Parse(Assert.Single(lines)).GetProperty("outcome").GetString());
        Assert.Equal(lines[0], shell.Transcript.Trim());
    }

    [Theory]
    [InlineData("profile", "check")]
    [InlineData("profile", "check", "/no/such/file")]
    [InlineData("profile", "test", "/no/such/file.scenario")]
    [InlineData("report", "check", "--format", "xml", "-")]
    [InlineData("report", "check", "/no/such/file")]
    [InlineData("report", "check", "--custom-metrics", "/no/such/file", "-")]
    public async Task What_cannot_be_read_or_is_misspelled_ends_with_2(params string[] arguments)
    {
        await using ChildProcess gateway = ChildProcess.StartGateway(arguments);

        Assert.Equal(2, await gateway.WaitForExitAsync());
        Assert.DoesNotContain("   at ", gateway.Transcript, StringComparison.Ordinal);
    }

    private static ChildProcess Shell(string command) =>
        ChildProcess.Start("sh", "-c", $"GATEWAY='{Gateway}' CONTRACT='{Contract}'; {command}");
}
