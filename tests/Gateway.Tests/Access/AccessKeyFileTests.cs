using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Access;

/// <summary>What is kept, who may read it, and what is refused.</summary>
public sealed class AccessKeyFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-keys-").FullName;
    private readonly ManualTime _time = new();
    private readonly AccessKeyFile _file;

    public AccessKeyFileTests() => _file = new AccessKeyFile(_directory, _time);

    private string SealPath => Path.Combine(_directory, SecretSeal.FileName);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Keys_are_there_again_as_they_were_made()
    {
        Assert.Null(_file.Read());
        AccessKey first = await CreateAsync(AccessRights.Full, "the CI's \"key\" für später");
        _time.Advance(TimeSpan.FromSeconds(1.5));
        AccessKey second = await CreateAsync(AccessRights.ReadOnly);

        Assert.Equal([first, second], new AccessKeyFile(_directory, _time).Read()!);
        Assert.Equal((_time.GetUtcNow().AddSeconds(-0.5), AccessRights.ReadOnly, null), (second.CreatedAt, second.Rights, second.Description));
    }

    [Fact]
    public async Task A_deleted_key_is_gone_and_the_others_stay()
    {
        AccessKey first = await CreateAsync(), second = await CreateAsync(), third = await CreateAsync();

        Assert.True(await _file.DeleteAsync(second.AccessKeyId, CancellationToken.None));
        Assert.False(await _file.DeleteAsync(second.AccessKeyId, CancellationToken.None));
        Assert.Equal([first, third], _file.Read()!);
    }

    [Fact]
    public async Task The_first_key_is_made_once_and_not_again_after_the_last_was_deleted()
    {
        AccessKey? first = await _file.EnsureFirstAsync(CancellationToken.None);

        Assert.Equal(AccessRights.Full, first!.Rights);
        Assert.Null(await _file.EnsureFirstAsync(CancellationToken.None));
        await _file.DeleteAsync(first.AccessKeyId, CancellationToken.None);
        Assert.Null(await _file.EnsureFirstAsync(CancellationToken.None));
        Assert.Empty(_file.Read()!);
    }

    [Fact]
    public async Task Deleting_where_nothing_is_makes_no_file()
    {
        Assert.False(await _file.DeleteAsync("AKIA234567ABCDEFGHIJ", CancellationToken.None));

        Assert.Null(_file.Read());
    }

    [Fact]
    public async Task Secrets_are_sealed_and_the_files_are_their_owner_s_alone()
    {
        AccessKey key = await CreateAsync();

        Assert.Contains(key.AccessKeyId, File.ReadAllText(_file.Path), StringComparison.Ordinal);
        Assert.DoesNotContain(key.SecretAccessKey, File.ReadAllText(_file.Path), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
            return;
        foreach (string file in Directory.EnumerateFiles(_directory))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task The_same_secret_is_never_sealed_alike()
    {
        await CreateAsync();
        string before = SealedSecret(0);

        await CreateAsync();

        Assert.NotEqual(before, SealedSecret(0));
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_in_nobody_s_way()
    {
        AccessKey key = await CreateAsync();
        File.WriteAllText(_file.Path + ".tmp", "half a");

        AccessKey next = await CreateAsync();

        Assert.Equal([key, next], _file.Read()!);
        Assert.False(File.Exists(_file.Path + ".tmp"));
    }

    [Theory]
    [InlineData("access-keys.json", UnixFileMode.GroupRead)]
    [InlineData("access-keys.json", UnixFileMode.OtherWrite)]
    [InlineData("secret.key", UnixFileMode.OtherRead)]
    public async Task A_file_that_is_open_to_others_is_refused(string name, UnixFileMode more)
    {
        if (OperatingSystem.IsWindows())
            return;
        await CreateAsync();
        string path = Path.Combine(_directory, name);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        await IsRefusedAsync($"{path} is open to others");
    }

    [Theory]
    [InlineData("", "is damaged")]
    [InlineData("[]", "is damaged")]
    [InlineData("null", "has version")]
    [InlineData("{}", "is damaged")]
    [InlineData("""{"version":2,"accessKeys":[]}""", "has version 2, this gateway reads 1")]
    [InlineData("""{"version":1,"accessKeys":null}""", "is damaged")]
    [InlineData("""{"version":1,"accessKeys":[null]}""", "is damaged")]
    [InlineData("""{"version":1,"accessKeys":[],"more":1}""", "is damaged")]
    [InlineData("""{"version":1,"version":1,"accessKeys":[]}""", "is damaged")]
    [InlineData("""{"version":1,"accessKeys":[]} x""", "is damaged")]
    [InlineData("""{"version":1,"accessKeys":[{"accessKeyId":"a","rights":"Full","createDate":"2026-11-21T12:00:00Z","sealedSecret":""}]}""", "is damaged: entry 0")]
    public async Task A_damaged_file_is_refused(string text, string problem)
    {
        await CreateAsync();
        File.WriteAllText(_file.Path, text);

        await IsRefusedAsync($"{_file.Path} {problem}");
    }

    [Theory]
    [InlineData("accessKeyId", "AKIA234567ABCDEFGHIJ", "the secret of AKIA234567ABCDEFGHIJ does not open")]
    [InlineData("rights", "ReadOnly", "does not open")]
    [InlineData("rights", "Everything", "is damaged")]
    [InlineData("rights", null, "is damaged")]
    [InlineData("createDate", "yesterday", "is damaged")]
    [InlineData("description", "a\nb", "the description of AKIA")]
    [InlineData("sealedSecret", "AAAA", "does not open")]
    [InlineData("sealedSecret", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "does not open")]
    [InlineData("sealedSecret", "*", "is damaged")]
    public async Task An_altered_entry_is_refused(string member, string? value, string problem)
    {
        await CreateAsync();
        Alter(root => root["accessKeys"]![0]![member] = value);

        await IsRefusedAsync(problem);
    }

    [Fact]
    public async Task A_key_that_stands_there_twice_is_refused()
    {
        await CreateAsync();
        Alter(root => root["accessKeys"]!.AsArray().Add(root["accessKeys"]![0]!.DeepClone()));

        await IsRefusedAsync("has a key twice");
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused()
    {
        await CreateAsync();
        File.AppendAllText(_file.Path, new string(' ', AccessKeyDocument.MaxBytes));

        await IsRefusedAsync($"{_file.Path} has more than 262144 bytes");
    }

    [Fact]
    public async Task Without_the_right_seal_nothing_opens_and_nothing_is_overwritten()
    {
        await CreateAsync();
        File.WriteAllBytes(SealPath, new byte[32]);
        await IsRefusedAsync("does not open");
        File.WriteAllBytes(SealPath, new byte[31]);
        await IsRefusedAsync($"{SealPath} has 31 bytes");
        File.Delete(SealPath);
        await IsRefusedAsync($"{SealPath} is missing");
        Assert.False(File.Exists(SealPath));
    }

    [Fact]
    public async Task A_hundred_keys_are_the_most_and_fit()
    {
        for (int i = 0; i < AccessKeyDocument.MaxKeys; i++)
            await CreateAsync(AccessRights.Full, new string('"', AccessKey.MaxDescriptionLength));

        StartupException error = await Assert.ThrowsAsync<StartupException>(() => CreateAsync());

        Assert.Contains("there are 100 access keys already", error.Message, StringComparison.Ordinal);
        Assert.Equal(100, _file.Read()!.Count);
    }

    [Fact]
    public async Task Changes_at_the_same_time_all_count()
    {
        AccessKey[] made = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() =>
            new AccessKeyFile(_directory, TimeProvider.System).CreateAsync(AccessRights.Full, null, CancellationToken.None))));

        Assert.Equal(made.Select(key => key.AccessKeyId).Order(), _file.Read()!.Select(key => key.AccessKeyId).Order());
    }

    [Fact]
    public async Task A_change_waits_for_another_and_not_for_ever()
    {
        using FileStream held = File.Open(Path.Combine(_directory, "access-keys.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Task<AccessKey> creating = CreateAsync();
        while (!creating.IsCompleted)
        {
            await Task.WhenAny(creating, _time.WhenTimerIsSetAsync(TimeSpan.FromMilliseconds(20)));
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        StartupException error = await Assert.ThrowsAsync<StartupException>(() => creating);
        Assert.Contains("cannot change access keys", error.Message, StringComparison.Ordinal);
        Assert.Null(_file.Read());
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_named()
    {
        string absent = Path.Combine(_directory, "absent");
        var file = new AccessKeyFile(absent, _time);

        Assert.Null(file.Read());
        StartupException error = await Assert.ThrowsAsync<StartupException>(() => file.CreateAsync(AccessRights.Full, null, CancellationToken.None));
        Assert.Contains(absent, error.Message, StringComparison.Ordinal);
    }

    private Task<AccessKey> CreateAsync(AccessRights rights = AccessRights.Full, string? description = null) =>
        _file.CreateAsync(rights, description, CancellationToken.None);

    private string SealedSecret(int index) => JsonNode.Parse(File.ReadAllBytes(_file.Path))!["accessKeys"]![index]!["sealedSecret"]!.GetValue<string>();

    private void Alter(Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllBytes(_file.Path))!;
        change(root);
        File.WriteAllText(_file.Path, root.ToJsonString());
    }

    /// <summary>Nothing reads it, nothing writes it, and it is not taken for an absent one.</summary>
    private async Task IsRefusedAsync(string message)
    {
        byte[] before = File.ReadAllBytes(_file.Path);
        Assert.Contains(message, Assert.Throws<StartupException>(() => _file.Read()).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartupException>(() => CreateAsync());
        await Assert.ThrowsAsync<StartupException>(() => _file.EnsureFirstAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StartupException>(() => _file.DeleteAsync("AKIA234567ABCDEFGHIJ", CancellationToken.None));
        Assert.Equal(before, File.ReadAllBytes(_file.Path));
    }
}
