using System.IO.Pipelines;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>The last bytes to a client, and how long they may take.</summary>
public sealed class FarewellTests : IAsyncLifetime
{
    private readonly ManualTime _clock = new();
    private HeldSession _held = null!;

    public async Task InitializeAsync() => _held = await HeldSession.StartAsync(_clock);

    public async Task DisposeAsync() => await _held.DisposeAsync();

    [Fact]
    public async Task Bytes_that_the_transport_cannot_get_rid_of_are_given_up()
    {
        Task farewell = await EndSessionAsync();

        // The CONNACK lies in the transport; nobody takes it, and nobody closes.
        Assert.False(farewell.IsCompleted);
        Assert.False(_held.Connection.ConnectionClosed.IsCancellationRequested);
        var aborted = new TaskCompletionSource();
        await using var registration = _held.Connection.ConnectionClosed.Register(aborted.SetResult);
        _clock.Advance(MqttLimits.Aws.FarewellTimeout);

        await farewell.WaitAsync(TestGateway.Deadline);
        await aborted.Task.WaitAsync(TestGateway.Deadline);
    }

    [Fact]
    public async Task The_last_bytes_leave_before_the_connection_is_over()
    {
        Task farewell = await EndSessionAsync();

        ReadResult last = await _held.Sent.ReadAtLeastAsync(5).AsTask().WaitAsync(TestGateway.Deadline);
        Assert.Equal(4, last.Buffer.Length);
        Assert.True(last.IsCompleted);
        Assert.False(farewell.IsCompleted);
        _held.Connection.Abort(); // the transport has closed the socket

        await farewell.WaitAsync(TestGateway.Deadline);
    }

    private async Task<Task> EndSessionAsync()
    {
        await _held.SendAsync([.. RawPeer.Connect("pump-17"), 0]);
        await _held.Running.WaitAsync(TestGateway.Deadline);
        Assert.True(_held.Client.Ended!.IsRefusal);
        return _held.Client.DisposeAsync().AsTask();
    }
}
