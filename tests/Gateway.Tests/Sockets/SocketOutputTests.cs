using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>What a connection sends.</summary>
public sealed class SocketOutputTests : IAsyncLifetime
{
    // More than the system takes for a peer that does not read.
    private const int Large = 16 * 1024 * 1024;

    private readonly SocketBench _bench = new();
    private Socket _client = null!;
    private SocketConnection _connection = null!;

    private PipeWriter Output => _connection.Transport.Output;

    public async Task InitializeAsync() => (_client, _connection) = await _bench.ConnectAsync(receiveBuffer: 64 * 1024);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task What_a_peer_reads_late_is_flushed_when_it_has_read_it()
    {
        byte[] sent = SocketReading.RandomBytes(Large);
        Output.Write(sent);
        Assert.Equal(Large, Output.UnflushedBytes);

        Task<FlushResult> flush = _connection.FlushAsync();

        Assert.False(flush.IsCompleted);
        Assert.InRange(Output.UnflushedBytes, 1, Large);
        byte[] read = await Task.Run(() => _client.ReceiveExactly(Large));
        Assert.False((await flush).IsCompleted);
        Assert.True(read.AsSpan().SequenceEqual(sent));
        Assert.Equal(0, Output.UnflushedBytes);
        // And the next one is a new one.
        Output.Write("next"u8);
        Assert.True(_connection.FlushAsync().IsCompletedSuccessfully);
        Assert.Equal("next"u8, _client.ReceiveExactly(4));
    }

    [Fact]
    public async Task Writes_of_any_size_leave_in_order()
    {
        byte[] sent = SocketReading.RandomBytes(1_000_000);
        Task<byte[]> reading = Task.Run(() => _client.ReceiveExactly(sent.Length));
        var random = new Random(7);
        for (int at = 0; at < sent.Length;)
        {
            int size = Math.Min(sent.Length - at, random.Next(1, random.Next(10) == 0 ? 50_000 : 400));
            // Asked for more, or less, than is written then.
            Span<byte> room = Output.GetSpan(random.Next(3) == 0 ? size + 100 : size);
            sent.AsSpan(at, size).CopyTo(room);
            Output.Advance(size);
            at += size;
            if (random.Next(3) == 0)
                await _connection.FlushAsync();
        }

        await _connection.FlushAsync();

        Assert.True((await reading).AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task A_flush_and_a_read_end_with_an_abort_and_the_peer_sees_a_reset()
    {
        Output.Write(new byte[Large]);
        Task<FlushResult> flush = _connection.FlushAsync();
        Task<ReadResult> read = _connection.ReadAsync();
        Assert.False(flush.IsCompleted || read.IsCompleted);

        _connection.Abort();

        Assert.True((await flush).IsCompleted);
        Assert.True((await read).IsCompleted);
        await _connection.DisposeAsync();
        // What the system had taken over is dropped: less than all comes, and then no end but a reset.
        byte[] all = new byte[Large];
        SocketException error = Assert.Throws<SocketException>(() => _client.ReceiveExactly(all));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_flush_ends_when_its_connection_is_disposed_of()
    {
        Output.Write(new byte[Large]);
        Task<FlushResult> flush = _connection.FlushAsync();
        Assert.False(flush.IsCompleted);

        await _connection.DisposeAsync();

        Assert.True((await flush).IsCompleted);
    }

    [Fact]
    public async Task A_flush_to_a_peer_that_has_reset_says_that_it_is_over()
    {
        Task<ReadResult> read = _connection.ReadAsync();
        _client.Reset();
        await Assert.ThrowsAnyAsync<System.IO.IOException>(() => read);

        Output.Write("x"u8);

        Assert.True((await _connection.FlushAsync()).IsCompleted);
    }

    [Theory]
    [InlineData(Libc.WouldBlock)]
    [InlineData(Libc.Interrupted)]
    public async Task A_flush_after_the_disposal_is_over_at_once_whatever_failed_before(int errno)
    {
        Output.Write("x"u8);
        await _connection.DisposeAsync();

        Task<FlushResult> flush = Task.Run(() =>
        {
            Marshal.SetLastPInvokeError(errno);
            Task<FlushResult> flush = _connection.FlushAsync();
            Assert.True(flush.IsCompleted);
            return flush;
        });

        Assert.True((await flush.WaitAsync(TestGateway.Deadline)).IsCompleted);
        Assert.Throws<InvalidOperationException>(() => Output.GetMemory());
    }

    [Fact]
    public async Task Reading_goes_on_after_the_end_of_sending()
    {
        Output.Write("last"u8);
        Assert.True(_connection.FlushAsync().IsCompletedSuccessfully);
        _connection.EndSending();

        Assert.Equal("last"u8, _client.ReceiveExactly(4));
        Assert.Equal(0, _client.Receive(new byte[1]));
        _client.Send("answer"u8);
        Assert.Equal("answer", await _connection.TakeTextAsync());
        _client.Shutdown(SocketShutdown.Send);
        Assert.True((await _connection.ReadAsync()).IsCompleted);
    }
}
