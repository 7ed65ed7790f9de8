using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Delivery.Network;
using Defender.Agent.Linux.Tls;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>
/// Goes the way to the gateway by the code that the agent goes it with: name, TCP, TLS. No CONNECT: with the client id of the
/// agent that runs it would end that one's connection.
/// </summary>
internal sealed class GatewayProbe(DeliveryOptions delivery, string thing, TimeProvider timeProvider)
{
    private const string Subject = "gateway";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // Longer than the way there and back.
    private static readonly TimeSpan Objection = TimeSpan.FromSeconds(1);

    private readonly List<Finding> _findings = [];

    public List<Finding> Run(CancellationToken cancellationToken)
    {
        using EventLoop loop = new(timeProvider);
        return loop.Run(() => RunAsync(loop, cancellationToken));
    }

    private async Task<List<Finding>> RunAsync(EventLoop loop, CancellationToken cancellationToken)
    {
        Endpoint endpoint = delivery.Endpoint;
        string host = CredentialFiles.Quote(endpoint.Host);
        using CancellationTokenSource deadline = new(Timeout * 2, loop.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            (LoopSocket socket, string peer) = await new TcpDialer(loop).ConnectAsync(endpoint.Host, endpoint.Port, Timeout, either.Token);
            using (socket)
            {
                _findings.Add(Finding.Good(Subject, $"{endpoint} takes connections at {peer}"));
                if (endpoint.UsesTls)
                    await HandshakeAsync(socket, endpoint, loop, either.Token);
            }
        }
        catch (IOException failure)
        {
            _findings.Add(Finding.Failure(Subject, $"{endpoint} cannot be reached: {failure.Message}", look: $"getent ahosts {host} && nc -vz {host} {endpoint.Port}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _findings.Add(Finding.Failure(Subject, $"{endpoint} does not answer within {SecondsText.Of(Timeout)} s", look: $"getent ahosts {host} && nc -vz {host} {endpoint.Port}"));
        }

        return _findings;
    }

    // TLS 1.3: what the server thinks of the client's certificate comes after the handshake. Without an objection it is silent.
    private static async Task HearObjectionAsync(TlsStream stream, TlsTarget target, EventLoop loop, CancellationToken cancellationToken)
    {
        using CancellationTokenSource silence = new(Objection, loop.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            if (await stream.ReadAsync(new byte[1], either.Token) == 0)
                throw target.Refuse(TlsRefusal.Closed, "it closed the connection");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing against it.
        }
    }

    private async Task HandshakeAsync(LoopSocket socket, Endpoint endpoint, EventLoop loop, CancellationToken cancellationToken)
    {
        const string Tls = "tls";
        string name = delivery.Tls.ServerName ?? endpoint.Host;
        try
        {
            ITlsClient client = TlsClients.Choose(delivery.Tls.Implementation, loop.Clock);
            TlsTarget target = new(name, endpoint.Alpn, delivery.Tls);
            using TlsStream stream = await client.ConnectAsync(socket, target, cancellationToken);
            await HearObjectionAsync(stream, target, loop, cancellationToken);
            _findings.Add(Finding.Good(Tls, $"{stream.Protocol} by {client.Name}; the gateway is {name}, as its certificate says"));
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            string authorities = delivery.Tls.RootCaFile is { } file ? $" -CAfile {CredentialFiles.Quote(file)}" : "";
            string certificate = delivery.Tls.CertificateFile is { } cert ? $" -cert {CredentialFiles.Quote(cert)} -key {CredentialFiles.Quote(delivery.Tls.KeyFile ?? "")}" : "";
            string host = endpoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{endpoint.Host}]" : endpoint.Host;
            string look = $"openssl s_client -connect {CredentialFiles.Quote($"{host}:{endpoint.Port}")} -servername {CredentialFiles.Quote(name)} -verify_return_error{authorities}{certificate}";
            _findings.Add(failure is TlsException { Refusal: TlsRefusal.ClientCertificate or TlsRefusal.Closed } or IOException { InnerException: TlsException { Refusal: TlsRefusal.ClientCertificate } }
                ? Finding.Failure(Tls, failure.Message, CredentialFiles.Enrol(thing))
                : Finding.Failure(Tls, failure.Message, look: look));
        }
    }
}
