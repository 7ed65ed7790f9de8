using System;
using System.IO.Pipelines;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Defender.Gateway.Mqtt;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Tests.Running;

/// <summary>
/// A session over a transport that the test holds in its hands: it has taken what was sent to it when the sending returns,
/// so that a clock can be moved between two bytes.
/// </summary>
internal sealed class HeldSession
{
    private readonly Pipe _toGateway = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private readonly Pipe _toClient = new();

    public HeldSession(TimeProvider clock)
    {
        Connection = new DefaultConnectionContext(
            "held", new Duplex(_toGateway.Reader, _toClient.Writer), new Duplex(_toClient.Reader, _toGateway.Writer));
        Session = new MqttSession(Connection, new MqttEndpoint(), new ReportMailbox(), clock);
        Running = Session.RunAsync();
    }

    public DefaultConnectionContext Connection { get; }

    public MqttSession Session { get; }

    /// <summary>Ends with the reason of the session's end.</summary>
    public Task<string> Running { get; }

    /// <summary>What the session has written, as the transport would send it.</summary>
    public PipeReader Sent => _toClient.Reader;

    public async Task SendAsync(params byte[] bytes) => await _toGateway.Writer.WriteAsync(bytes);

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
