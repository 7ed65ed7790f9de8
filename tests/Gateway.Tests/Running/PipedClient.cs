using System;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt.Connections;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Tests.Running;

/// <summary>A client of a gateway without a network between them, who is whoever the test says.</summary>
internal static class PipedClient
{
    /// <summary>Sends packets, one after the other, and reads until the gateway closes.</summary>
    public static async Task<byte[]> RunAsync(TestGateway gateway, IClientAuthenticator authenticator, params byte[][] packets)
    {
        Pipe up = new(), down = new();
        using var closed = new CancellationTokenSource();
        await using var connection = new DefaultConnectionContext("piped", new Duplex(up.Reader, down.Writer), new Duplex(down.Reader, up.Writer))
        {
            ConnectionClosed = closed.Token,
        };
        ConnectionServices services = gateway.Host.Find<ConnectionServices>() with { Authenticator = authenticator };
        Task serving = new MqttConnectionHandler(services).OnConnectedAsync(connection);
        foreach (byte[] packet in packets)
            await up.Writer.WriteAsync(packet);
        byte[] answer;
        while (true)
        {
            ReadResult result = await down.Reader.ReadAsync().AsTask().WaitAsync(TestGateway.Deadline);
            if (result.IsCompleted)
            {
                answer = [.. System.Buffers.BuffersExtensions.ToArray(result.Buffer)];
                break;
            }

            down.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        await closed.CancelAsync();
        await serving.WaitAsync(TestGateway.Deadline);
        return answer;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

/// <summary>Lets everybody in as the same.</summary>
internal sealed class OneIdentity(ClientIdentity identity, bool stands = true) : IClientAuthenticator
{
    public event Action<IReadOnlySet<string>> Withdrawn
    {
        add { }
        remove { }
    }

    public bool Stands(ClientIdentity asked) => stands;

    public ValueTask<AuthenticationOutcome> AuthenticateAsync(
        ConnectionContext connection, string clientId, byte[]? userName, byte[]? password, CancellationToken cancellationToken) =>
        new(AuthenticationOutcome.Of(identity));
}
