using System;
using System.IO;
using Defender.Gateway.Cli.Identities;
using Defender.Gateway.Hosting;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

/// <summary>Files of a device when another enrolment is writing there, too.</summary>
public sealed class EnrolmentFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("defender-enrolment-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_came_meanwhile_is_neither_written_nor_deleted()
    {
        var files = new EnrolmentFiles(_folder, "pump-17");
        File.WriteAllText(files.Certificate, "another's");

        Assert.Throws<StartupException>(() => files.Write([1], [2], [3], [4]));

        Assert.Equal([files.Certificate], Directory.GetFiles(_folder));
        Assert.Equal("another's", File.ReadAllText(files.Certificate));
    }

    [Fact]
    public void What_was_written_can_be_taken_back()
    {
        var files = new EnrolmentFiles(_folder, "pump-17");
        files.Write([1], [2], [3], [4]);
        Assert.Equal(4, Directory.GetFiles(_folder).Length);

        files.Delete();

        Assert.Empty(Directory.GetFiles(_folder));
    }
}
