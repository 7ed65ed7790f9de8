using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

public sealed class BackupCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_copy_made_while_a_gateway_writes_is_whole_and_can_be_restored()
    {
        string copy = Path.Combine(_folder.Root, "copy.db");
        string data = Made("data");
        using var written = new SemaphoreSlim(0);
        using var enough = new CancellationTokenSource();
        using (SqliteStore store = SqliteStore.Open(data))
        {
            Task writing = Task.Run(() =>
            {
                for (int i = 0; !enough.IsCancellationRequested; i++)
                {
                    store.Commit(Pair(i));
                    written.Release();
                }
            });
            for (int i = 0; i < 20; i++)
                Assert.True(await written.WaitAsync(TestGateway.Deadline));

            Verb backup = Verb.Run("backup", copy, "--data", data);

            await enough.CancelAsync();
            await writing.WaitAsync(TestGateway.Deadline);
            Assert.Equal((0, ""), (backup.Status, backup.Errors));
            Assert.Equal($"{copy}: {new FileInfo(copy).Length} bytes; access-keys.json is not in it", Assert.Single(backup.Lines));
        }

        string restored = Made("restored");
        File.Move(copy, Path.Combine(restored, SqliteStore.FileName));
        using SqliteStore again = SqliteStore.Open(restored);
        string[] names = [.. again.ReadResources().Select(row => row.Name)];
        Assert.True(names.Length >= 40, $"{names.Length} resources were restored");
        // Both halves of each transaction, or none.
        Assert.All(names, name => Assert.Contains(name[0] == 'a' ? $"b{name[1..]}" : $"a{name[1..]}", names));
        again.Commit(Pair(1_000_000));
    }

    [Fact]
    public void The_copy_is_its_owners_alone()
    {
        string copy = Path.Combine(_folder.Root, "copy.db");

        Verb.Run("backup", copy, "--data", Kept());

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        Assert.Equal(["copy.db", "data"], Directory.EnumerateFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_that_exists_is_left_as_it_is()
    {
        string copy = _folder.Write("copy.db", "precious");
        string data = Kept();

        StoreException error = Assert.Throws<StoreException>(() => Verb.Run("backup", copy, "--data", data));

        Assert.Equal($"{copy} exists already: name a file that does not", error.Message);
        Assert.Equal("precious", File.ReadAllText(copy));
    }

    [Fact]
    public void A_copy_that_cannot_be_written_leaves_nothing()
    {
        string data = Kept();

        StoreException error = Assert.Throws<StoreException>(() => Verb.Run("backup", Path.Combine(_folder.Root, "none", "copy.db"), "--data", data));

        Assert.StartsWith("cannot write ", error.Message);
        Assert.False(Directory.Exists(Path.Combine(_folder.Root, "none")));
    }

    [Fact]
    public void Where_nothing_was_kept_there_is_nothing_to_copy()
    {
        StoreException error = Assert.Throws<StoreException>(() => Verb.Run("backup", Path.Combine(_folder.Root, "copy.db"), "--data", Made("empty")));

        Assert.StartsWith("no gateway has kept data in ", error.Message);
    }

    private string Kept()
    {
        string data = Made("data");
        using SqliteStore store = SqliteStore.Open(data);
        store.Commit(Pair(0));
        return data;
    }

    private string Made(string name) => Directory.CreateDirectory(Path.Combine(_folder.Root, name)).FullName;

    private static StoreBatch Pair(int number)
    {
        var batch = new StoreBatch();
        batch.Resources.Add(new ResourceRow("test", $"a{number}", "{}"u8.ToArray()));
        batch.Resources.Add(new ResourceRow("test", $"b{number}", "{}"u8.ToArray()));
        return batch;
    }
}
