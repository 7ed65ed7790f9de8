using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Defender.Gateway.Tests.Access;

/// <summary>How a running gateway follows changes that others make.</summary>
public sealed class AccessKeyRingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-ring-").FullName;
    private readonly ManualTime _time = new();
    private readonly LineLog _log = new();
    private readonly ILoggerFactory _loggers;
    private readonly AccessKeyFile _file;

    public AccessKeyRingTests()
    {
        _file = new AccessKeyFile(_directory, _time);
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
    }

    public void Dispose()
    {
        _loggers.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Keys_are_found_by_their_id()
    {
        AccessKey key = await CreateAsync();
        AccessKeyRing ring = CreateRing();

        Assert.Equal(key, ring.Find(key.AccessKeyId));
        Assert.Null(ring.Find("AKIA234567ABCDEFGHIJ"));
        Assert.Null(ring.Find(""));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_change_counts_a_second_later()
    {
        AccessKeyRing ring = CreateRing();
        AccessKey key = await CreateAsync();
        Assert.Null(ring.Find(key.AccessKeyId));

        _time.Advance(AccessKeyRing.RereadInterval);
        Assert.Equal(key, ring.Find(key.AccessKeyId));

        await _file.DeleteAsync(key.AccessKeyId, CancellationToken.None);
        AccessKey other = await CreateAsync();
        _time.Advance(AccessKeyRing.RereadInterval - TimeSpan.FromTicks(1));
        Assert.Equal(key, ring.Find(key.AccessKeyId));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(ring.Find(key.AccessKeyId));
        Assert.Equal(other, ring.Find(other.AccessKeyId));
        Assert.Equal(2, _log.Lines.Count(line => line == "Information: access keys read again: there are 1 now"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_leaves_the_keys_and_is_logged_once()
    {
        AccessKey key = await CreateAsync();
        AccessKeyRing ring = CreateRing();
        byte[] good = File.ReadAllBytes(_file.Path);

        File.WriteAllText(_file.Path, "half a");
        for (int i = 0; i < 3; i++)
        {
            _time.Advance(AccessKeyRing.RereadInterval);
            Assert.Equal(key, ring.Find(key.AccessKeyId));
        }

        Assert.StartsWith($"Error: access keys cannot be read again, those of the last reading hold: {_file.Path} is damaged", Assert.Single(_log.Lines), StringComparison.Ordinal);

        // The same trouble once more, after it was over, is told again.
        File.WriteAllBytes(_file.Path, good);
        _time.Advance(AccessKeyRing.RereadInterval);
        ring.Find(key.AccessKeyId);
        File.WriteAllText(_file.Path, "half a");
        _time.Advance(AccessKeyRing.RereadInterval);
        Assert.Equal(key, ring.Find(key.AccessKeyId));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task Without_the_file_there_are_no_keys()
    {
        AccessKey key = await CreateAsync();
        AccessKeyRing ring = CreateRing();

        File.Delete(_file.Path);
        _time.Advance(AccessKeyRing.RereadInterval);

        Assert.Null(ring.Find(key.AccessKeyId));
        Assert.Equal("Information: access keys read again: there are 0 now", Assert.Single(_log.Lines));
        _time.Advance(AccessKeyRing.RereadInterval);
        Assert.Null(ring.Find(key.AccessKeyId));
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task A_damaged_file_is_no_start()
    {
        await CreateAsync();
        File.WriteAllText(_file.Path, "");

        Assert.Throws<StartupException>(CreateRing);
    }

    private Task<AccessKey> CreateAsync() => _file.CreateAsync(AccessRights.Full, null, CancellationToken.None);

    private AccessKeyRing CreateRing() => new(_file, _time, _loggers.CreateLogger<AccessKeyRing>());
}
