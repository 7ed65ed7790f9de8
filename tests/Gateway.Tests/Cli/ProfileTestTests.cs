using System;
using System.IO;
using System.Linq;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

/// <summary><c>profile test</c>: which scenarios it finds, and what it says about them.</summary>
public sealed class ProfileTestTests
{
    private const string Profile =
        """{"securityProfileName":"p","behaviors":[{"name":"no-telnet","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"not-in-port-set","value":{"ports":[23]}}}]}""";

    private const string Right = "title Telnet alarms\nprofile p.json\n+0s a reports tcp-ports [23]\n-> in-alarm no-telnet\n";

    [Fact]
    public void Scenarios_of_the_repository_pass()
    {
        Verb test = Verb.Run("profile", "test", Path.Combine(RepositoryFiles.Root, "tests", "scenarios"), Path.Combine(RepositoryFiles.Root, "samples", "profiles", "attack-surface.scenario"));

        Assert.Equal((0, ""), (test.Status, test.Errors));
        Assert.All(test.Lines[..^1], line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Equal($"{test.Lines.Length - 1} ok, 0 failed", test.Lines[^1]);
        Assert.True(test.Lines.Length > 45);
    }

    [Fact]
    public void Files_are_named_relative_to_the_scenario_and_directories_are_searched()
    {
        using var folder = new Folder();
        folder.Write("p.json", Profile);
        folder.Write("b/two.scenario", Right.Replace("p.json", "../p.json", StringComparison.Ordinal));
        folder.Write("a.scenario", Right);
        folder.Write("notes.txt", "no scenario");

        Verb test = Verb.Run("profile", "test", folder.Root);

        Assert.Equal(0, test.Status);
        Assert.Equal(
            [$"ok      {folder.Root}/a.scenario: Telnet alarms", $"ok      {folder.Root}/b/two.scenario: Telnet alarms", "2 ok, 0 failed"],
            test.Lines);
    }

    [Fact]
    public void A_scenario_that_fails_gives_1_and_its_differences()
    {
        using var folder = new Folder();
        folder.Write("p.json", Profile);
        string file = folder.Write("a.scenario", Right.Replace("[23]", "[22]", StringComparison.Ordinal));

        Verb test = Verb.Run("profile", "test", file);

        Assert.Equal((1, ""), (test.Status, test.Errors));
        Assert.Equal(
            $"""
            FAILED  {file}: Telnet alarms
                    line 3: +0s a reports tcp-ports [22]
                      - a in-alarm no-telnet   # line 4: expected, did not come
            0 ok, 1 failed

            """,
            test.Output);
    }

    [Fact]
    public void A_scenario_with_a_mistake_gives_2_and_its_place()
    {
        using var folder = new Folder();
        folder.Write("p.json", Profile);
        string wrong = folder.Write("a.scenario", "profile p.json\n+0s a reports tcp-ports [23]\n-> in-alarm no-telet\n");
        string missing = folder.Write("b.scenario", "profile q.json\n+0s nothing\n");

        Verb test = Verb.Run("profile", "test", wrong, missing, folder.Write("c.scenario", Right));

        Assert.Equal(2, test.Status);
        Assert.StartsWith($"{wrong}:3:13: expected a behavior of the profiles above, found 'no-telet'; Did you mean no-telnet?\n{missing}:1:9: cannot read q.json: ", test.Errors, StringComparison.Ordinal);
        Assert.Equal("1 ok, 0 failed, 2 not readable", test.Lines.Last());
    }

    [Fact]
    public void What_is_not_there_gives_2()
    {
        using var folder = new Folder();

        Assert.Equal(2, Verb.Run("profile", "test", folder.Root).Status);
        Assert.Equal(2, Verb.Run("profile", "test", Path.Combine(folder.Root, "none.scenario")).Status);
    }
}
