using System;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt.Connections;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Tests.Running;

/// <summary>
/// A connection over a transport that the test holds in its hands: it has taken what was sent to it when the sending returns,
/// so that a clock can be moved between two bytes. The rest is a gateway's.
/// </summary>
internal sealed class HeldSession : IAsyncDisposable
{
    private readonly TestGateway _gateway;
    private readonly Pipe _toGateway = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private readonly Pipe _toClient = new();

    private HeldSession(TestGateway gateway)
    {
        _gateway = gateway;
        Connection = new DefaultConnectionContext(
            "held", new Duplex(_toGateway.Reader, _toClient.Writer), new Duplex(_toClient.Reader, _toGateway.Writer))
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1),
        };
        Client = new ClientConnection(Connection, gateway.Host.Find<ConnectionServices>());
        Running = Client.RunAsync();
    }

    public DefaultConnectionContext Connection { get; }

    public ClientConnection Client { get; }

    /// <summary>Ends with the reason of the connection's end.</summary>
    public Task<Ending> Running { get; }

    /// <summary>What was written to the client, as the transport would send it.</summary>
    public PipeReader Sent => _toClient.Reader;

    public static async Task<HeldSession> StartAsync(TimeProvider clock) => new(await TestGateway.StartAsync(clock: clock));

    public async Task SendAsync(params byte[] bytes) => await _toGateway.Writer.WriteAsync(bytes);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
