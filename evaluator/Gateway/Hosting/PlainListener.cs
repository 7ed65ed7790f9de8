using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Hosting;

/// <summary>
/// Listens for plain MQTT on sockets of our own instead of Kestrel's: a packet is read, handled and answered where its socket told
/// of it, and an idle connection is a few objects, which nobody looks at. HTTP and TLS keep Kestrel.
/// </summary>
/// <param name="handler">Serves the connections.</param>
/// <param name="listeners">Where to listen.</param>
/// <param name="logger">Gets our own troubles.</param>
internal sealed class PlainListener(MqttConnectionHandler handler, DeviceListeners listeners, ILogger<PlainListener> logger) : IHostedService, IPlainConnections, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SocketListener> _sockets = [];
    private readonly HashSet<ClientConnection> _clients = [];
    private EventLoops? _loops;
    private TaskCompletionSource? _empty;
    private bool _isStopping;

    /// <summary>The port; meaningful after the start.</summary>
    public int Port { get; private set; }

    /// <exception cref="StartupException">The port is in use.</exception>
    /// <exception cref="SocketException">The address is not this machine's, or not allowed.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loops = new EventLoops();
        foreach (IPAddress address in listeners.PlainAddresses)
        {
            try
            {
                var endPoint = new IPEndPoint(address, listeners.PlainPort);
                _sockets.Add(new SocketListener(endPoint, _loops, connection => _ = handler.ServePlainAsync(connection, this), error => logger.AcceptingFailed(error, $"{endPoint}")));
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartupException($"port {listeners.PlainPort} is in use: choose another with --mqtt");
            }
        }

        Port = _sockets[0].EndPoint.Port;
        return Task.CompletedTask;
    }

    /// <summary>Accepts nobody any more, tells all clients to go, and waits until they have gone; those that have not by then are cut off.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _sockets.ForEach(static socket => socket.Dispose());
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
}
