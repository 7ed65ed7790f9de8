using System;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

public sealed class ConfigVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_says_that_a_configuration_can_be_used()
    {
        string file = _folder.Write("agent.json", """{"endpoint":"gateway.local","thing-name":"pump-17","jobs":{}}""");

        CommandLineRun run = await CommandLineRun.OfAsync("config", "check", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"note: {file}:1: jobs is the AWS IoT Device Client's and not this agent's; it is left alone\nok: {file} can be used\n", run.Output);
        Assert.Equal("", run.Errors);
    }

    [Fact]
    public async Task Check_tells_all_mistakes_and_ends_with_1()
    {
        string file = _folder.Write("agent.json", "{\n\"endpont\":\"h\",\n\"thing-name\":\"a/b\"}");

        CommandLineRun run = await CommandLineRun.OfAsync("config", "check", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(
            $"defender-agent: {file}:2: endpont: unknown key; did you mean 'endpoint'?\n"
            + $"defender-agent: {file}:3: thing-name: a thing name is one level of an MQTT topic: no '/', '+' or '#'\n"
            + "defender-agent: --endpoint is missing: --endpoint HOST|URL, endpoint in a file, or DEFENDER_AGENT_ENDPOINT\n",
            run.Errors);
    }

    [Fact]
    public async Task Check_looks_at_the_files_that_are_named()
    {
        string file = _folder.Write("agent.json", $$"""{"endpoint":"h","thing-name":"t","cert":"{{_folder.Path}}/no.crt","key":"{{_folder.Path}}/no.key"}""");

        CommandLineRun run = await CommandLineRun.OfAsync("config", "check", file);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"defender-agent: {_folder.Path}/no.crt is not there; mend: defender-gateway enrol t # on the gateway; then its files go here\n", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"defender-agent: {_folder.Path}/no.key is not there; mend: defender-gateway enrol t # on the gateway; then its files go here\n", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_gives_each_value_its_source_and_masks_secrets()
    {
        string file = _folder.Write(
            "agent.json",
            """
            {"endpoint":"gateway.local","thing-name":"pump-17",
             "mqtt":{"user-name":"meter","password":"hunter2"},
             "custom-metrics":{"uptime":true,"own":{"type":"number","command":["/bin/x","--token","hunter3"]}}}
            """);

        CommandLineRun run = await CommandLineRun.OfAsync("config", "show", file, "--interval", "60");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches($@"(?m)^endpoint +gateway\.local +{file}:1$", run.Output);
        Assert.Matches(@"(?m)^device-defender\.interval +60 +--interval$", run.Output);
        Assert.Matches(@"(?m)^device-defender\.format +json +default$", run.Output);
        Assert.Matches(@"(?m)^cert +- +not set$", run.Output);
        Assert.Matches($@"(?m)^mqtt\.password +\*\*\*\*\*\*\*\* +{file}:2$", run.Output);
        Assert.Matches($@"(?m)^custom-metrics\.uptime +true +{file}:3$", run.Output);
        Assert.Matches($@"(?m)^custom-metrics\.own +number of /bin/x and 2 more +{file}:3$", run.Output);
        Assert.DoesNotContain("hunter", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_in_an_endpoint_is_shown_by_neither_of_them()
    {
        string file = _folder.Write("agent.json", """{"endpoint":"mqtts://meter:hunter2@gateway.local","thing-name":"pump-17"}""");

        CommandLineRun check = await CommandLineRun.OfAsync("config", "check", file);
        CommandLineRun show = await CommandLineRun.OfAsync("config", "show", file);

        Assert.Equal((1, 1), (check.ExitCode, show.ExitCode));
        Assert.Contains("mqtts://***@gateway.local", show.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", check.Output + check.Errors + show.Output + show.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ // no\n}", ":1: not JSON: unexpected '/' at byte 3 of the line; JSON has no comments")]
    [InlineData("", ":1: not JSON: the file is empty")]
    [InlineData(null, ": cannot be read: there is no such file")]
    public async Task Of_a_file_that_cannot_be_read_nothing_else_is_said_to_be_missing(string? json, string mistake)
    {
        string file = json is null ? _folder.Path + "/none.json" : _folder.Write("agent.json", json);

        CommandLineRun run = await CommandLineRun.OfAsync("config", "check", file);

        Assert.Equal((1, $"defender-agent: {file}{mistake}\n"), (run.ExitCode, run.Errors));
    }

    [Theory]
    [InlineData("config", "'config' is one of config check, config show")]
    [InlineData("config chekc", "'config' is one of config check, config show; did you mean 'config check'?")]
    [InlineData("config check a b", "unexpected argument 'b'")]
    [InlineData("config show --password x", "unknown option '--password'")]
    public async Task Mistakes_of_the_command_line_end_with_2(string commandLine, string error)
    {
        CommandLineRun run = await CommandLineRun.OfAsync(commandLine.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"defender-agent: {error}", run.Errors, StringComparison.Ordinal);
    }
}
