using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Hosting;

/// <summary>
/// Listens for plain MQTT on Kestrel's socket transport, without Kestrel's server above it: that keeps an account of each
/// connection and looks at all of them each second, which is most of what ten thousand idle ones cost, and for HTTP's sake.
/// </summary>
/// <param name="transport">The sockets.</param>
/// <param name="handler">Serves the connections.</param>
/// <param name="listeners">Where to listen.</param>
/// <param name="logger">Gets our own troubles.</param>
internal sealed class PlainListener(DeviceTransport transport, MqttConnectionHandler handler, DeviceListeners listeners, ILogger<PlainListener> logger)
    : IHostedService, IPlainConnections, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IConnectionListener> _sockets = [];
    private readonly List<Task> _accepting = [];
    private readonly HashSet<ClientConnection> _clients = [];
    private TaskCompletionSource? _empty;
    private bool _isStopping;

    /// <summary>The port; meaningful after the start.</summary>
    public int Port { get; private set; }

    /// <exception cref="StartupException">The port is in use.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (IPAddress address in listeners.PlainAddresses)
        {
            try
            {
                _sockets.Add(await transport.BindAsync(new DeviceEndPoint(address, listeners.PlainPort), cancellationToken).ConfigureAwait(false));
            }
            catch (AddressInUseException)
            {
                throw new StartupException($"port {listeners.PlainPort} is in use: choose another with --mqtt");
            }
        }

        Port = ((IPEndPoint)_sockets[0].EndPoint).Port;
        foreach (IConnectionListener socket in _sockets)
            _accepting.Add(AcceptAsync(socket));
    }

    /// <summary>Accepts nobody any more, tells all clients to go, and waits until they have gone; those that have not by then are cut off.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (IConnectionListener socket in _sockets)
            await socket.UnbindAsync(CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAll(_accepting).ConfigureAwait(false);
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

    public async ValueTask DisposeAsync()
    {
        foreach (IConnectionListener socket in _sockets)
            await socket.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_accepting).ConfigureAwait(false);
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

    private async Task AcceptAsync(IConnectionListener socket)
    {
        try
        {
            // Who is accepted next does not wait for what is done here.
            while (await socket.AcceptAsync(CancellationToken.None).ConfigureAwait(false) is { } connection)
                ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Handler.ServePlainAsync(work.Connection, work.Plain), (Handler: handler, Connection: connection, Plain: (IPlainConnections)this), preferLocal: false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            logger.AcceptingFailed(error, $"{socket.EndPoint}");
        }
    }
}
