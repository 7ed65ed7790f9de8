using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Versioning;
using Defender.Agent.Linux.State;
using Xunit;

namespace Defender.Agent.Linux.Tests.State;

[SupportedOSPlatform("linux")]
public sealed class AgentStatusTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-status-").FullName;

    private string StatusPath => Path.Combine(_directory, "status.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Everything_that_is_written_is_read_again()
    {
        AgentStatus status = Filled();
        status.Write(StatusPath);

        Assert.True(AgentStatus.TryRead(StatusPath, out AgentStatus? read, out _));
        foreach (PropertyInfo property in typeof(AgentStatus).GetProperties())
            Assert.Equal((property.Name, property.GetValue(status)), (property.Name, property.GetValue(read)));
    }

    [Fact]
    public void What_is_not_known_stays_unknown()
    {
        new AgentStatus().Write(StatusPath);

        Assert.True(AgentStatus.TryRead(StatusPath, out AgentStatus? read, out _));
        Assert.Null(read.ConnectedSince);
        Assert.Equal("", read.LastError);
    }

    [Fact]
    public void The_file_is_readable_for_everybody_and_no_other_is_left()
    {
        Filled().Write(StatusPath);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(StatusPath));
        Assert.Equal([StatusPath], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_link_that_another_user_has_put_in_its_way_is_not_followed()
    {
        string victim = Path.Combine(_directory, "victim");
        File.WriteAllText(victim, "untouched");
        File.CreateSymbolicLink(StatusPath + ".new", victim);

        Filled().Write(StatusPath);

        Assert.Equal("untouched", File.ReadAllText(victim));
        Assert.Null(new FileInfo(StatusPath).LinkTarget);
        Assert.True(AgentStatus.TryRead(StatusPath, out _, out _));
    }

    [Fact]
    public void Texts_of_a_peer_are_cut_and_can_neither_break_the_file_nor_drive_a_terminal()
    {
        AgentStatus status = new() { LastError = "\"},\\\u001b[31m\n" + new string('é', 10_000), RejectCode = "\uD800" };
        status.Write(StatusPath);

        Assert.True(AgentStatus.TryRead(StatusPath, out AgentStatus? read, out _));
        Assert.Equal("\"},\\ [31m " + new string('é', AgentStatus.MaxTextLength - 10), read.LastError);
        Assert.Equal("\uFFFD", read.RejectCode);
    }

    [Fact]
    public void A_status_that_is_as_full_as_it_can_be_is_written_whole()
    {
        AgentStatus status = Filled();
        foreach (PropertyInfo property in typeof(AgentStatus).GetProperties().Where(p => p.PropertyType == typeof(string)))
            property.SetValue(status, string.Concat(Enumerable.Repeat("\U0001F600", AgentStatus.MaxTextLength)));
        status.Write(StatusPath);

        Assert.True(AgentStatus.TryRead(StatusPath, out AgentStatus? read, out _));
        Assert.Equal(status.StateError, read.StateError);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"thing\":\"a\"")]
    [InlineData("{}{}")]
    [InlineData("{\"thing\":\"\\uD800\"}")]
    public void What_is_no_status_is_refused(string text)
    {
        File.WriteAllText(StatusPath, text);

        Assert.False(AgentStatus.TryRead(StatusPath, out _, out string? error));
        Assert.Equal($"{StatusPath} is no status of the agent", error);
    }

    [Fact]
    public void Members_of_another_type_or_of_a_newer_agent_are_passed_over()
    {
        File.WriteAllText(StatusPath, """{"thing":7,"spooled":"x","accepted":1.5,"connectedSince":-1,"new":{"a":[1]},"dropped":3}""");

        Assert.True(AgentStatus.TryRead(StatusPath, out AgentStatus? read, out _));
        Assert.Equal(("", 0, 0, null, 3), (read.Thing, read.Spooled, read.Accepted, read.ConnectedSince, read.Dropped));
    }

    [Fact]
    public void Without_a_file_it_says_so()
    {
        Assert.False(AgentStatus.TryRead(StatusPath, out _, out string? error));

        Assert.Equal($"there is no {StatusPath}: the agent does not run, or writes its status elsewhere", error);
    }

    [Fact]
    public void A_directory_that_is_not_there_is_an_error_that_names_the_file()
    {
        IOException failure = Assert.Throws<IOException>(() => new AgentStatus().Write(Path.Combine(_directory, "none", "s")));

        Assert.Contains("none/s: No such file or directory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_again_and_again_allocates_nothing()
    {
        AgentStatus status = Filled();
        StatusFile file = new(StatusPath);
        file.Write(status);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            file.Write(status);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static AgentStatus Filled()
    {
        AgentStatus status = new();
        long number = 1_700_000_000_000;
        foreach (PropertyInfo property in typeof(AgentStatus).GetProperties())
        {
            number++;
            object value = property.PropertyType == typeof(string) ? $"text {number}"
                : property.PropertyType == typeof(long) ? number
                : DateTimeOffset.FromUnixTimeMilliseconds(number);
            property.SetValue(status, value);
        }

        return status;
    }
}
