using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>What a connection reads.</summary>
public sealed class SocketInputTests : IAsyncLifetime
{
    private readonly SocketBench _bench = new();
    private Socket _client = null!;
    private SocketConnection _connection = null!;

    private PipeReader Input => _connection.Transport.Input;

    public async Task InitializeAsync() => (_client, _connection) = await _bench.ConnectAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Bytes_arrive_whole_and_in_order_however_they_are_split_and_looked_at(int seed)
    {
        byte[] sent = SocketReading.RandomBytes(400_000, seed);
        Task sending = Task.Run(() =>
        {
            var sizes = new Random(seed);
            for (int at = 0; at < sent.Length;)
                at += _client.Send(sent, at, Math.Min(sent.Length - at, sizes.Next(4) == 0 ? sizes.Next(1, 40_000) : sizes.Next(1, 300)), SocketFlags.None);
            _client.Shutdown(SocketShutdown.Send);
        });

        var random = new Random(-seed);
        int position = 0;
        bool isCompleted = false;
        while (!isCompleted || position < sent.Length)
        {
            ReadResult result = await _connection.ReadAsync();
            byte[] there = result.Buffer.ToArray();
            Assert.True(there.AsSpan().SequenceEqual(sent.AsSpan(position, there.Length)), $"other bytes at {position}");
            isCompleted = result.IsCompleted;
            // All of it, a part of it, or nothing as long as its rest is to come; and looked at as far, or to the end.
            int consumed = random.Next(3) switch { 0 => there.Length, 1 => random.Next(there.Length + 1), _ => there.Length > 150_000 ? there.Length : 0 };
            int examined = random.Next(2) == 0 ? there.Length : random.Next(consumed, there.Length + 1);
            Input.AdvanceTo(result.Buffer.GetPosition(consumed), result.Buffer.GetPosition(examined));
            position += consumed;
        }

        Assert.Equal(sent.Length, position);
        await sending;
    }

    [Fact]
    public async Task What_was_not_looked_at_is_there_at_once_and_what_was_is_not_until_more_comes()
    {
        _client.Send("abc"u8);
        ReadResult result = await _connection.ReadAsync();
        Input.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.GetPosition(2));
        Assert.True(Input.TryRead(out result));
        Assert.Equal("bc"u8, result.Buffer.ToArray());
        Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);

        Assert.False(Input.TryRead(out _));
        Task<ReadResult> more = _connection.ReadAsync();
        Assert.False(more.IsCompleted);
        _client.Send("d"u8);

        Assert.Equal("bcd"u8.ToArray(), (await more).Buffer.ToArray());
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled_and_loses_nothing()
    {
        _client.Send("half"u8);
        ReadResult result = await _connection.ReadAsync();
        Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Task<ReadResult> waiting = _connection.ReadAsync();
        Assert.False(waiting.IsCompleted);

        Input.CancelPendingRead();

        result = await waiting;
        Assert.True(result.IsCanceled);
        Assert.Equal("half"u8, result.Buffer.ToArray());
        Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        _client.Send(" and half"u8);
        result = await _connection.ReadAsync();
        Assert.False(result.IsCanceled);
        Assert.Equal("half and half"u8, result.Buffer.ToArray());
    }

    [Fact]
    public async Task A_cancellation_that_comes_before_the_wait_ends_it_once()
    {
        Input.CancelPendingRead();

        Assert.True((await _connection.ReadAsync()).IsCanceled);
        Task<ReadResult> second = _connection.ReadAsync();
        Assert.False(second.IsCompleted);
        _client.Send("x"u8);
        ReadResult result = await second;
        Assert.False(result.IsCanceled);
        Assert.Equal(1, result.Buffer.Length);
    }

    [Fact]
    public async Task What_was_sent_before_the_end_is_read_before_it()
    {
        byte[] sent = SocketReading.RandomBytes(100_000);
        _client.Send(sent);
        _client.Shutdown(SocketShutdown.Send);
        var read = new ArrayBufferWriter<byte>();
        bool isCompleted;
        do
        {
            ReadResult result = await _connection.ReadAsync();
            read.Write(result.Buffer.FirstSpan);
            isCompleted = result.IsCompleted;
            Input.AdvanceTo(result.Buffer.End);
        }
        while (!isCompleted);

        Assert.Equal(sent, read.WrittenSpan.ToArray());
        // And again for who asks again.
        Assert.True((await _connection.ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task An_end_that_comes_during_the_wait_ends_it()
    {
        Task<ReadResult> waiting = _connection.ReadAsync();
        _client.Close();

        Assert.True((await waiting).IsCompleted);
    }

    [Fact]
    public async Task A_reset_is_an_error_for_who_waits_and_for_who_comes_later()
    {
        Task<ReadResult> waiting = _connection.ReadAsync();
        _client.Reset();

        await Assert.ThrowsAsync<ConnectionResetException>(() => waiting);
        await Assert.ThrowsAsync<ConnectionResetException>(_connection.ReadAsync);
    }

    [Fact]
    public async Task What_comes_while_its_reader_is_busy_is_read_afterwards()
    {
        _client.Send("first"u8);
        Assert.Equal("first", await _connection.TakeTextAsync());
        _client.Send("second"u8);
        // Told of, with nobody there to read: the loop has been at it once another connection was served.
        (Socket other, SocketConnection others) = await _bench.ConnectAsync();
        other.Send("x"u8);
        await others.TakeAsync();

        Assert.Equal("second", await _connection.TakeTextAsync());
    }

    [Fact]
    public async Task A_packet_that_trickles_in_moves_a_few_times_only()
    {
        const int Size = 3000;
        byte[] sent = SocketReading.RandomBytes(Size);
        byte[]? buffer = null;
        int moves = 0;
        for (int i = 1; i <= Size; i++)
        {
            _client.Send(sent.AsSpan(i - 1, 1));
            ReadResult result = await _connection.ReadAsync();
            Assert.Equal(i, result.Buffer.Length);
            Assert.True(MemoryMarshal.TryGetArray(result.Buffer.First, out ArraySegment<byte> segment));
            moves += ReferenceEquals(segment.Array, buffer) ? 0 : 1;
            buffer = segment.Array;
            Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        Assert.InRange(moves, 1, 8);
        Assert.InRange(buffer!.Length, Size, 4 * Size);
    }

    [Fact]
    public async Task A_token_ends_a_wait_and_loses_nothing()
    {
        using var source = new CancellationTokenSource();
        Task<ReadResult> waiting = Input.ReadAsync(source.Token).AsTask();
        Assert.False(waiting.IsCompleted);

        await source.CancelAsync();

        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Input.ReadAsync(source.Token).AsTask());
        _client.Send("whole"u8);
        ReadResult result = await _connection.ReadAsync();
        Assert.False(result.IsCanceled);
        Assert.Equal("whole"u8.ToArray(), result.Buffer.ToArray());
    }

    [Fact]
    public async Task A_token_of_a_wait_that_is_over_does_not_end_the_next()
    {
        using var source = new CancellationTokenSource();
        ValueTask<ReadResult> first = Input.ReadAsync(source.Token);
        _client.Send("x"u8);
        Input.AdvanceTo((await first).Buffer.End);
        Task<ReadResult> second = _connection.ReadAsync();

        await source.CancelAsync();

        Assert.False(second.IsCompleted);
        _client.Send("y"u8);
        Assert.Equal("y"u8.ToArray(), (await second).Buffer.ToArray());
    }

    [Fact]
    public async Task Tokens_that_are_cancelled_while_bytes_come_end_a_wait_or_do_not_and_no_byte_is_lost()
    {
        const int Rounds = 2000;
        int read = 0;
        Task sending = Task.Run(() =>
        {
            for (int i = 0; i < Rounds; i++)
                _client.Send([(byte)i]);
        });
        while (read < Rounds)
        {
            using var source = new CancellationTokenSource();
            Task cancelling = Task.Run(source.Cancel);
            try
            {
                ReadResult result = await Input.ReadAsync(source.Token);
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                {
                    foreach (byte value in piece.Span)
                        Assert.Equal((byte)read++, value);
                }

                Input.AdvanceTo(result.Buffer.End);
            }
            catch (OperationCanceledException)
            {
                // It was the token this time.
            }

            await cancelling;
        }

        await sending;
    }
}
