using System;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>How connections end, and who is told.</summary>
public sealed class ConnectionEndTests : IAsyncLifetime
{
    private readonly SocketBench _bench = new();
    private Socket _client = null!;
    private SocketConnection _connection = null!;

    public async Task InitializeAsync() => (_client, _connection) = await _bench.ConnectAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Theory]
    [InlineData("peer closes")]
    [InlineData("peer resets")]
    [InlineData("abort")]
    [InlineData("output completes")]
    [InlineData("disposal")]
    public async Task The_connection_s_end_is_told_once_it_is_there(string how)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = _connection.ConnectionClosed.Register(told.SetResult);
        Assert.False(told.Task.IsCompleted);

        switch (how)
        {
            case "peer closes":
                _client.Close();
                break;
            case "peer resets":
                _client.Reset();
                break;
            case "abort":
                _connection.Abort();
                break;
            case "output completes":
                await _connection.Transport.Output.CompleteAsync();
                break;
            default:
                await _connection.DisposeAsync();
                break;
        }

        await told.Task.WaitAsync(TestGateway.Deadline);
        Assert.True(_connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task Who_asks_after_the_end_is_told_at_once()
    {
        _connection.Abort();

        Assert.True(_connection.ConnectionClosed.IsCancellationRequested);
        await _connection.DisposeAsync();
        Assert.True(_connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task A_wait_ends_with_the_disposal()
    {
        Task<ReadResult> waiting = _connection.ReadAsync();

        await _connection.DisposeAsync();

        Assert.True((await waiting).IsCompleted);
        Assert.Equal(0, await Task.Run(() => _client.Receive(new byte[1])));
    }

    [Fact]
    public async Task Nothing_that_is_done_after_the_disposal_has_an_effect()
    {
        await _connection.DisposeAsync();

        _connection.Abort();
        _connection.End();
        _connection.EndSending();
        _connection.Start();
        _connection.ResumeLater();
        _connection.Transport.Input.CancelPendingRead();
        _connection.Transport.Input.Complete();
        _connection.Transport.Output.Complete();
        ((IEventTarget)_connection).Happened(SocketEvents.Readable | SocketEvents.Writable | SocketEvents.HungUp);
        ((IEventTarget)_connection).Resumed();

        Assert.True((await _connection.ReadAsync()).IsCompleted);
        // The loop lives, and serves others.
        (Socket other, SocketConnection others) = await _bench.ConnectAsync();
        other.Send("x"u8);
        Assert.Equal("x", await others.TakeTextAsync());
    }

    [Fact]
    public async Task Who_is_told_to_go_while_it_is_being_sent_to_gets_all_that_was_taken_for_it()
    {
        byte[] sent = SocketReading.RandomBytes(50_000);
        sent.CopyTo(_connection.Transport.Output.GetSpan(sent.Length));
        _connection.Transport.Output.Advance(sent.Length);
        Assert.False((await _connection.FlushAsync()).IsCompleted);
        await _connection.DisposeAsync();

        Assert.Equal(sent, await Task.Run(() => _client.ReceiveExactly(sent.Length)));
        Assert.Equal(0, _client.Receive(new byte[1]));
    }
}
