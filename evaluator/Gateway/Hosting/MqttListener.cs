using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Identity.Tls;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Hosting;

/// <summary>
/// Listens for MQTT, plain and over TLS, on sockets of our own instead of Kestrel's: a packet is read, handled and answered where
/// its socket told of it, and an idle connection is a few objects, which nobody looks at. HTTP, and WebSockets with it, keep Kestrel.
/// </summary>
/// <param name="handler">Serves the connections.</param>
/// <param name="listeners">Where to listen.</param>
/// <param name="logger">Gets our own troubles.</param>
/// <param name="budget">Holds them to a rate: who takes all descriptors decides how often one is free.</param>
/// <param name="tls">Stands in front of those over TLS; null where there are none.</param>
internal sealed class MqttListener(MqttConnectionHandler handler, DeviceListeners listeners, ILogger<MqttListener> logger, LogBudget budget, TlsListener? tls = null)
    : IHostedService, IOpenClients, IConnectionLifetimeNotificationFeature, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SocketListener> _sockets = [];
    private readonly HashSet<ClientConnection> _clients = [];
    private readonly CancellationTokenSource _stopping = new();
    private EventLoops? _loops;
    private TaskCompletionSource? _empty;
    private bool _isStopping;

    /// <summary>The port of plain MQTT; meaningful after the start.</summary>
    public int Port { get; private set; }

    /// <summary>The port of MQTT over TLS, where there is one; meaningful after the start.</summary>
    public int TlsPort { get; private set; }

    // What a TLS handshake asks, which no client stands for yet.
    CancellationToken IConnectionLifetimeNotificationFeature.ConnectionClosedRequested
    {
        get => _stopping.Token;
        set => throw new NotSupportedException("It is the gateway's end.");
    }

    /// <exception cref="StartupException">A port is in use.</exception>
    /// <exception cref="SocketException">An address is not this machine's, or not allowed.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loops = new EventLoops();
        Port = Listen("mqtt", listeners.PlainAddresses, listeners.PlainPort, connection => _ = handler.ServeAsync(connection, this));
        if (listeners.TlsPort is { } tlsPort)
        {
            ConnectionDelegate serve = listeners.Secure(connection => handler.ServeAsync(connection, this), tls!);
            TlsPort = Listen("mqtts", listeners.TlsAddresses, tlsPort, connection => _ = ServeTlsAsync(connection, serve));
        }

        return Task.CompletedTask;
    }

    void IConnectionLifetimeNotificationFeature.RequestClose() => throw new NotSupportedException("Nobody but the gateway closes it.");

    /// <summary>Accepts nobody any more, tells all clients to go, and waits until they have gone; those that have not by then are cut off.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _sockets.ForEach(static socket => socket.Dispose());
        await _stopping.CancelAsync().ConfigureAwait(false);
        ClientConnection[] clients;
        Task empty;
        lock (_gate)
        {
            _isStopping = true;
            clients = [.. _clients];
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (clients.Length == 0)
                _empty.TrySetResult();
            empty = _empty.Task;
        }

        foreach (ClientConnection client in clients)
            client.CloseStopping();
        try
        {
            await empty.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
                clients = [.. _clients];
            foreach (ClientConnection client in clients)
                client.Cut();
        }
    }

    public void Dispose()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        _loops?.Dispose();
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    public void Enter(ClientConnection client)
    {
        bool isStopping;
        lock (_gate)
        {
            _clients.Add(client);
            isStopping = _isStopping;
        }

        if (isStopping)
            client.CloseStopping();
    }

    /// <inheritdoc/>
    public void Leave(ClientConnection client)
    {
        lock (_gate)
        {
            _clients.Remove(client);
            if (_isStopping && _clients.Count == 0)
                _empty!.TrySetResult();
        }
    }

    private int Listen(string scheme, IReadOnlyList<IPAddress> addresses, int port, Action<SocketConnection> serve)
    {
        foreach (IPAddress address in addresses)
        {
            var endPoint = new IPEndPoint(address, port);
            try
            {
                _sockets.Add(new SocketListener(endPoint, _loops!, serve, error => Report(endPoint, error)));
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartupException($"port {port} is in use: choose another with --{scheme}");
            }
        }

        return _sockets[^1].EndPoint.Port;
    }

    private void Report(IPEndPoint endPoint, Exception error)
    {
        if (budget.TryTake(LogSubject.Failure, out string leftOut))
            logger.AcceptingFailed(error, $"{endPoint}", leftOut);
    }

    private async Task ServeTlsAsync(SocketConnection connection, ConnectionDelegate serve)
    {
        // A handshake is a millisecond of work, for which nobody else waits.
        connection.ContinuesElsewhere = true;
        connection.Features.Set<IConnectionLifetimeNotificationFeature>(this);
        try
        {
            await serve(connection).ConfigureAwait(false);
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
