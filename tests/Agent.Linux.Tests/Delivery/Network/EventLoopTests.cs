using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Delivery.Network;
using Xunit;

namespace Defender.Agent.Linux.Tests.Delivery.Network;

public sealed class EventLoopTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly EventLoop _loop = new(TimeProvider.System);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public EventLoopTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
    }

    [Fact]
    public void What_awaits_goes_on_on_the_thread_of_the_loop()
    {
        int thread = Environment.CurrentManagedThreadId;

        Assert.Equal((thread, thread, thread), _loop.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), _loop.Clock);
            int afterTimer = Environment.CurrentManagedThreadId;
            await Task.Run(() => { });
            int afterPool = Environment.CurrentManagedThreadId;
            await Task.Yield();
            return (afterTimer, afterPool, Environment.CurrentManagedThreadId);
        }));
    }

    [Fact]
    public void Timers_fire_in_their_order_and_not_early()
    {
        _loop.Run(async () =>
        {
            long start = _loop.Clock.GetTimestamp();
            Task late = Task.Delay(TimeSpan.FromMilliseconds(60), _loop.Clock);
            Task early = Task.Delay(TimeSpan.FromMilliseconds(30), _loop.Clock);
            await early;
            Assert.True(_loop.Clock.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(30));
            Assert.False(late.IsCompleted);
            await late;
            return true;
        });
    }

    [Fact]
    public void While_nothing_is_due_it_sleeps()
    {
        _loop.Run(async () =>
        {
            long before = _loop.Wakeups;
            await Task.Delay(TimeSpan.FromMilliseconds(300), _loop.Clock);
            // One for the timer; a kernel that is a little early makes it two.
            Assert.InRange(_loop.Wakeups - before, 1, 2);
            return true;
        });
    }

    [Fact]
    public void A_fault_comes_out_of_it() =>
        Assert.Throws<InvalidOperationException>(() => _loop.Run<bool>(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException();
        }));

    [Fact]
    public void Bytes_go_both_ways_also_more_than_the_kernel_holds()
    {
        byte[] sent = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        byte[] received = new byte[sent.Length];
        _loop.Run(async () =>
        {
            (LoopSocket client, string peer) = await new TcpDialer(_loop).ConnectAsync("localhost", Port, Deadline, default);
            using Socket server = await _listener.AcceptSocketAsync();
            Assert.EndsWith($":{Port}", peer, StringComparison.Ordinal);
            // Nobody reads yet: the write has to wait.
            Task writing = client.WriteAsync(sent).AsTask();
            await Task.Delay(TimeSpan.FromMilliseconds(20), _loop.Clock);
            Assert.False(writing.IsCompleted);
            using NetworkStream stream = new(server);
            await stream.ReadExactlyAsync(received);
            await writing;
            await stream.WriteAsync("back"u8.ToArray());
            byte[] back = new byte[4];
            await client.ReadExactlyAsync(back);
            Assert.Equal("back"u8.ToArray(), back);
            server.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await client.ReadAsync(back));
            await client.DisposeAsync();
            return true;
        });
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public void A_read_ends_when_it_is_given_up_and_when_the_connection_is_closed()
    {
        _loop.Run(async () =>
        {
            (LoopSocket client, _) = await new TcpDialer(_loop).ConnectAsync("127.0.0.1", Port, Deadline, default);
            using CancellationTokenSource stop = new();
            Task<int> reading = client.ReadAsync(new byte[1], stop.Token).AsTask();
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

            reading = client.ReadAsync(new byte[1]).AsTask();
            await client.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => client.WriteAsync(new byte[1]).AsTask());
            return true;
        });
    }

    [Fact]
    public void A_peer_that_never_stops_sending_does_not_hold_up_the_loop()
    {
        _loop.Run(async () =>
        {
            (LoopSocket client, _) = await new TcpDialer(_loop).ConnectAsync("127.0.0.1", Port, Deadline, default);
            using Socket server = await _listener.AcceptSocketAsync();
            server.Send(new byte[8 * 1024]);
            bool hasRun = false;
            _loop.Post(_ => hasRun = true, null);

            byte[] buffer = new byte[1];
            int reads = 0;
            for (; reads < 8 * 1024 && !hasRun; reads++)
                Assert.Equal(1, await client.ReadAsync(buffer));

            Assert.InRange(reads, 1, 100);
            await client.DisposeAsync();
            return true;
        });
    }

    [Fact]
    public void A_peer_that_resets_is_an_error_and_no_signal()
    {
        _loop.Run(async () =>
        {
            (LoopSocket client, _) = await new TcpDialer(_loop).ConnectAsync("127.0.0.1", Port, Deadline, default);
            using (Socket server = await _listener.AcceptSocketAsync())
                server.LingerState = new LingerOption(true, 0);
            await Assert.ThrowsAsync<IOException>(async () => _ = await client.ReadAsync(new byte[1]));
            await Assert.ThrowsAsync<IOException>(async () =>
            {
                while (true)
                    await client.WriteAsync(new byte[1]);
            });
            await client.DisposeAsync();
            return true;
        });
    }

    [Fact]
    public void A_port_without_a_server_a_name_without_an_address_and_a_silent_address_are_told_apart()
    {
        _listener.Stop();
        int port = FreePort();
        _loop.Run(async () =>
        {
            TcpDialer dialer = new(_loop);
            IOException refused = await Assert.ThrowsAsync<IOException>(() => dialer.ConnectAsync("127.0.0.1", port, Deadline, default));
            Assert.Equal("Connection refused", refused.Message);
            IOException named = await Assert.ThrowsAsync<IOException>(() => dialer.ConnectAsync("localhost", port, Deadline, default));
            Assert.Matches(@"^Connection refused \((127\.0\.0\.1|::1)\)(; so with all \d addresses)?$", named.Message);
            IOException unknown = await Assert.ThrowsAsync<IOException>(() => dialer.ConnectAsync("no.such.host.invalid", port, Deadline, default));
            Assert.StartsWith("its name cannot be resolved: ", unknown.Message, StringComparison.Ordinal);
            return true;
        });
    }

    [Fact]
    public void An_attempt_ends_in_time_when_nobody_answers()
    {
        // A listener whose queue is full answers nothing, like an address behind a filter.
        using Socket full = new(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        full.Listen(0);
        int port = ((IPEndPoint)full.LocalEndPoint!).Port;
        using Socket filler = new(SocketType.Stream, ProtocolType.Tcp);
        filler.Connect(IPAddress.IPv6Loopback, port);
        _loop.Run(async () =>
        {
            IOException failure = await Assert.ThrowsAsync<IOException>(
                () => new TcpDialer(_loop).ConnectAsync("::1", port, TimeSpan.FromMilliseconds(100), default));
            Assert.Equal("Connection timed out", failure.Message);
            return true;
        });
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
