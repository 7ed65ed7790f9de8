using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>Clients that have to wait before their next packet is handled.</summary>
public sealed class HeldBackTests
{
    [Fact]
    public async Task A_report_that_waits_to_be_stored_holds_no_read_buffer()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(openStore: path => store = new FaultyStore(path));
        Pipe toGateway = new(), toClient = new();
        var input = new WatchedReader(toGateway.Reader);
        var connection = new DefaultConnectionContext("watched", new Duplex(input, toClient.Writer), application: null!) { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1) };
        await using var client = new ClientConnection(connection, gateway.Host.Find<ConnectionServices>());
        Task<Ending> running = client.RunAsync();
        await toGateway.Writer.WriteAsync(RawPeer.Connect("pump-17"));
        await ReadAsync(toClient.Reader, 4);
        store!.Hold();

        await toGateway.Writer.WriteAsync(RawPeer.Publish(Reports.Topic("pump-17"), Reports.Listening(1, 2323), packetId: 1));

        Assert.True(store.AtGate.Wait(TestGateway.Deadline));
        await Eventually.TrueAsync(() => input is { IsTaken: false, Waits: false }, "what was read is given back, and nothing is asked for");
        Assert.False(toClient.Reader.TryRead(out _));
        store.Gate.Set();
        Assert.Equal([0x40, 2, 0, 1], await ReadAsync(toClient.Reader, 4));

        await toGateway.Writer.CompleteAsync();
        await running.WaitAsync(TestGateway.Deadline);
        connection.Abort();
    }

    [Fact]
    public async Task Who_sends_many_packets_at_once_above_its_rate_has_all_of_them_answered_in_order()
    {
        const int Packets = 40;
        var clock = new ManualTime();
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { MqttLimits = TestGateway.Hurried with { PublishesPerSecond = 4 } }, clock);
        using RawPeer peer = await gateway.OpenAsync();
        await peer.ConnectAsync("pump-17");

        await peer.SendAsync([.. Enumerable.Range(1, Packets).SelectMany(id => RawPeer.Publish("a", new byte[100], (ushort)id))]);
        Task<byte[]> answers = peer.ReadAsync(4 * Packets);
        int pauses = 0;
        while (!answers.IsCompleted)
        {
            // Each packet beyond the burst waits a quarter of a second.
            if (clock.UntilNext <= TimeSpan.FromSeconds(0.25))
            {
                clock.Advance(TimeSpan.FromSeconds(0.25));
                pauses++;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }

        IEnumerable<byte[]> expected = Enumerable.Range(1, Packets).Select(id => new byte[] { 0x40, 2, 0, (byte)id });
        Assert.Equal(expected.SelectMany(answer => answer), await answers);
        Assert.InRange(pauses, (Packets / 2) - 4, int.MaxValue);
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader, int count)
    {
        ReadResult result = await reader.ReadAtLeastAsync(count).AsTask().WaitAsync(TestGateway.Deadline);
        byte[] bytes = result.Buffer.Slice(0, count).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Tells whether its reader has something in its hands, or waits for it.</summary>
    private sealed class WatchedReader(PipeReader inner) : PipeReader
    {
        private volatile bool _isTaken;
        private volatile bool _waits;

        public bool IsTaken => _isTaken;

        public bool Waits => _waits;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            _waits = true;
            ReadResult result = await inner.ReadAsync(cancellationToken);
            _isTaken = true;
            _waits = false;
            return result;
        }

        public override bool TryRead(out ReadResult result) => _isTaken = inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed)
        {
            inner.AdvanceTo(consumed);
            _isTaken = false;
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            inner.AdvanceTo(consumed, examined);
            _isTaken = false;
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
