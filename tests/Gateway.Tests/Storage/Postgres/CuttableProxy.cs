using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Gateway.Tests.Storage.Postgres;

/// <summary>A network between the gateway and the server: it passes everything on until it is told to cut.</summary>
internal sealed class CuttableProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private volatile bool _isCuttingAnswers;
    private volatile bool _isCuttingRequests;

    public CuttableProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The next COMMIT reaches the server; its answer is lost, and the connection with it.</summary>
    public void CutNextAnswerToCommit() => _isCuttingAnswers = true;

    /// <summary>The next COMMIT does not reach the server.</summary>
    public void CutNextCommit() => _isCuttingRequests = true;

    /// <summary>Whether what it was told to do is done.</summary>
    public bool HasCut => !_isCuttingAnswers && !_isCuttingRequests;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            using var cut = new CancellationTokenSource();
            Task requests = PumpAsync(client, server, cut, isFromClient: true);
            Task answers = PumpAsync(server, client, cut, isFromClient: false);
            if (await Task.WhenAny(requests, answers) == answers && cut.IsCancellationRequested)
                await requests;
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, CancellationTokenSource cut, bool isFromClient)
    {
        byte[] buffer = new byte[65536];
        try
        {
            int length;
            while ((length = await from.GetStream().ReadAsync(buffer, cut.Token)) > 0)
            {
                bool isCommit = isFromClient && buffer.AsSpan(0, length).IndexOf("COMMIT\0"u8) >= 0;
                if (isCommit && _isCuttingRequests)
                {
                    _isCuttingRequests = false;
                    return;
                }

                if (isCommit && _isCuttingAnswers)
                {
                    _isCuttingAnswers = false;
                    await cut.CancelAsync();
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length), CancellationToken.None);
                    // The server has done it when it answers.
                    await to.GetStream().ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, CancellationToken.None);
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), cut.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or System.IO.IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection has ended, or is being cut.
        }
    }
}
