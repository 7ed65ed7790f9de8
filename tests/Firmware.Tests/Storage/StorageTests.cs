using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Defender.Agent.Core.Health;
using Defender.Agent.Firmware.Storage;
using Defender.Agent.Firmware.Tests.Gateway;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Storage;

public sealed class StorageTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly InternalStorage _storage;

    public StorageTests() => _storage = new InternalStorage(_device.Drive + Path.DirectorySeparatorChar);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void What_is_written_is_read_and_replaced()
    {
        Assert.True(_storage.TryWrite("a", "one"u8.ToArray()));
        Assert.True(_storage.TryWrite("a", "longer than one"u8.ToArray()));
        Assert.True(_storage.TryWrite("a", "2"u8.ToArray()));

        Assert.Equal("2", Read("a"));
        Assert.Equal(["a"], Files());
    }

    // Replacing is: write a.new, delete a, rename a.new. A first file replaces an empty one.
    [Theory]
    [InlineData("old", null, "old")]
    [InlineData("old", "ne", "old")]
    [InlineData("old", "new", "old")]
    [InlineData(null, "new", "new")]
    [InlineData("", null, "")]
    [InlineData("", "ne", "")]
    public void A_power_loss_leaves_the_old_file_or_the_new_one(string? file, string? newFile, string expected)
    {
        if (file is not null)
            Put("a", file);
        if (newFile is not null)
            Put("a.new", newFile);

        Assert.Equal(expected, Read("a"));
        Assert.True(_storage.TryWrite("a", "next"u8.ToArray()));
        Assert.Equal("next", Read("a"));
        Assert.Equal(["a"], Files());
    }

    [Fact]
    public void The_very_first_write_begins_with_an_empty_file()
    {
        // In the place of a.new, so that the write ends there, as by a power loss.
        Directory.CreateDirectory(Path.Combine(_device.Drive, "a.new"));

        Assert.False(_storage.TryWrite("a", "17"u8.ToArray()));

        Assert.Equal("", Read("a"));
        Assert.False(new StoredNumber(_storage, "a").TryRead(out _));
    }

    [Fact]
    public void What_is_too_long_missing_or_unwritable_is_refused_without_an_exception()
    {
        Put("long", new string('x', 100));
        var gone = new InternalStorage(Path.Combine(_device.Drive, "no-such-directory") + Path.DirectorySeparatorChar);

        Assert.False(_storage.TryRead("long", 99, out byte[] content));
        Assert.Empty(content);
        Assert.True(_storage.TryRead("long", 100, out _));
        Assert.False(_storage.TryRead("missing", 100, out _));
        Assert.False(gone.TryRead("a", 100, out _));
        Assert.False(gone.TryWrite("a", [1]));
    }

    [Theory]
    [InlineData("0", true, 0)]
    [InlineData("42", true, 42)]
    [InlineData("9223372036854775807", true, long.MaxValue)]
    [InlineData("9223372036854775808", false, 0)]
    [InlineData("99999999999999999999", false, 0)]
    [InlineData("", false, 0)]
    [InlineData("-1", false, 0)]
    [InlineData("4 2", false, 0)]
    [InlineData("\0\0", false, 0)]
    public void A_number_is_read_or_there_is_none(string text, bool isRead, long expected)
    {
        Put("n", text);

        Assert.Equal(isRead, new StoredNumber(_storage, "n").TryRead(out long number));
        Assert.Equal(expected, number);
    }

    [Fact]
    public async Task Starts_are_counted_over_restarts()
    {
        using FakeGateway gateway = new();
        _device.Configure(gateway.Port);
        for (int start = 1; start <= 3; start++)
        {
            _device.Boot();
            await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
            Assert.Equal(start, FakeGateway.MetricOf(gateway.Reports[^1], HealthMetrics.BootCount));
            gateway.Drop();
        }
    }

    [Fact]
    public async Task Report_ids_grow_over_restarts_and_power_losses()
    {
        using FakeGateway gateway = new();
        _device.Configure(gateway.Port);
        for (int start = 0; start < 3; start++)
        {
            // No orderly end in between, and a clock that stands still.
            _device.Boot();
            await _device.StepUntilAsync(() => _device.Host.Agent.Outbox.Accepted == 1);
            gateway.Drop();
        }

        long[] ids = Array.ConvertAll(gateway.Reports, FakeGateway.IdOf);
        Assert.True(ids[0] < ids[1] && ids[1] < ids[2], string.Join(" ", ids));
    }

    [Fact]
    public void A_counter_that_cannot_be_stored_does_not_stop_the_device()
    {
        var gone = new InternalStorage(Path.Combine(_device.Drive, "no-such-directory") + Path.DirectorySeparatorChar);

        Assert.Equal(1, new StoredNumber(gone, "boots").Increment());
        Assert.Equal(1, new StoredNumber(gone, "boots").Increment());
    }

    private string Read(string name)
    {
        Assert.True(_storage.TryRead(name, 100, out byte[] content));
        return Encoding.ASCII.GetString(content);
    }

    private void Put(string name, string content) => File.WriteAllText(Path.Combine(_device.Drive, name), content);

    private string[] Files() => Array.ConvertAll(Directory.GetFiles(_device.Drive), path => Path.GetFileName(path)!);
}
