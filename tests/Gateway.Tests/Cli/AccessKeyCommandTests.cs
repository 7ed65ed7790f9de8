using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

/// <summary><c>access-key</c>, beside a running gateway and without one.</summary>
public sealed class AccessKeyCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    private string Data => Path.Combine(_folder.Root, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_makes_the_directory_and_shows_the_secret_as_a_shell_takes_it()
    {
        Verb create = Verb.Run("access-key", "create", "--data", Data, "--description", "for CI");

        AccessKey key = Assert.Single(Keys());
        Assert.Equal((0, ""), (create.Status, create.Errors));
        Assert.Equal((AccessRights.Full, "for CI"), (key.Rights, key.Description));
        Assert.Equal([$"export AWS_ACCESS_KEY_ID={key.AccessKeyId}", $"export AWS_SECRET_ACCESS_KEY={key.SecretAccessKey}"], create.Lines.Where(line => line[0] != '#'));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
    }

    [Fact]
    public void Create_writes_JSON_in_the_names_of_AWS()
    {
        Verb create = Verb.Run("access-key", "create", "--read-only", "--json", "--data", Data);

        AccessKey key = Assert.Single(Keys());
        JsonElement document = Assert.Single(create.Documents).GetProperty("AccessKey");
        Assert.Equal(["AccessKeyId", "SecretAccessKey", "Rights", "CreateDate"], document.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (key.AccessKeyId, key.SecretAccessKey, "ReadOnly"),
            (document.GetProperty("AccessKeyId").GetString(), document.GetProperty("SecretAccessKey").GetString(), document.GetProperty("Rights").GetString()));
        Assert.Equal(key.CreatedAt, document.GetProperty("CreateDate").GetDateTimeOffset());
        Assert.Equal(AccessRights.ReadOnly, key.Rights);
    }

    [Fact]
    public void List_shows_all_but_the_secrets()
    {
        Verb.Run("access-key", "create", "--data", Data, "--description", "for CI");
        Verb.Run("access-key", "create", "--data", Data, "--read-only");
        IReadOnlyList<AccessKey> keys = Keys();

        Verb lines = Verb.Run("access-key", "list", "--data", Data);
        Verb json = Verb.Run("access-key", "list", "--data", Data, "--json");

        Assert.Equal((0, 0), (lines.Status, json.Status));
        Assert.Equal($"{keys[0].AccessKeyId} Full     {keys[0].CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'} for CI", lines.Lines[0]);
        Assert.Equal($"{keys[1].AccessKeyId} ReadOnly {keys[1].CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}", lines.Lines[1]);
        JsonElement[] documents = [.. json.Documents.Single().GetProperty("AccessKeyMetadata").EnumerateArray()];
        Assert.Equal(keys.Select(key => key.AccessKeyId), documents.Select(document => document.GetProperty("AccessKeyId").GetString()));
        Assert.Equal("for CI", documents[0].GetProperty("Description").GetString());
        Assert.All(keys, key => Assert.DoesNotContain(key.SecretAccessKey, lines.Output + json.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Delete_takes_one_key_and_tells_an_unknown_one()
    {
        Verb.Run("access-key", "create", "--data", Data);
        Verb.Run("access-key", "create", "--data", Data);
        IReadOnlyList<AccessKey> keys = Keys();

        Assert.Equal((0, $"access key {keys[0].AccessKeyId} deleted\n", ""), Outcome(Verb.Run("access-key", "delete", keys[0].AccessKeyId, "--data", Data)));
        Assert.Equal([keys[1]], Keys());
        Verb again = Verb.Run("access-key", "delete", keys[0].AccessKeyId, "--data", Data);
        Assert.Equal((1, ""), (again.Status, again.Output));
        Assert.StartsWith($"defender-gateway: there is no access key {keys[0].AccessKeyId} in {Data}", again.Errors, StringComparison.Ordinal);
        Assert.Equal(keys[1].AccessKeyId, Verb.Run("access-key", "delete", keys[1].AccessKeyId, "--data", Data, "--json").Documents.Single().GetProperty("AccessKeyId").GetString());
        Assert.Equal((0, "", ""), Outcome(Verb.Run("access-key", "list", "--data", Data)));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("delete", "AKIA234567ABCDEFGHIJ")]
    public void A_directory_that_is_not_there_is_not_made(params string[] verb)
    {
        StartupException error = Assert.Throws<StartupException>(() => Verb.Run(["access-key", .. verb, "--data", Data]));

        Assert.Contains($"there is no data directory {Data}", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void A_running_gateway_is_in_nobody_s_way()
    {
        using DataDirectory running = DataDirectory.Take(Data);

        Assert.Equal(0, Verb.Run("access-key", "create", "--data", Data).Status);
        Assert.Single(Verb.Run("access-key", "list", "--data", Data).Lines);
        Assert.Equal(0, Verb.Run("access-key", "delete", Keys()[0].AccessKeyId, "--data", Data).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_description_that_is_no_line_is_refused(string description)
    {
        Verb create = Verb.Run("access-key", "create", "--data", Data, "--description", description);

        Assert.NotEqual(0, create.Status);
        Assert.Contains("--description takes 1 to 256 printable characters", create.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void A_secret_that_nobody_read_is_a_failure()
    {
        using var output = new ClosedWriter();
        using var errors = new StringWriter();

        Assert.Equal(1, Verb.Run(output, errors, "access-key", "create", "--data", Data));
        Assert.Contains($"nobody read the secret of {Keys()[0].AccessKeyId}", errors.ToString(), StringComparison.Ordinal);
    }

    private IReadOnlyList<AccessKey> Keys() => new AccessKeyFile(Data, TimeProvider.System).Read()!;

    private static (int Status, string Output, string Errors) Outcome(Verb verb) => (verb.Status, verb.Output, verb.Errors);
}
