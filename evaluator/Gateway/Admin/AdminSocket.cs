using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Admin;

/// <summary>
/// Answers the verbs of the command line that look into a running gateway, or need something done by it, on a socket in its data
/// directory: whoever may read and write what the gateway keeps may ask, and nobody else; no key, no port. One request and one
/// answer a connection.
/// </summary>
internal sealed class AdminSocket(GatewayOptions options, AdminAnswers answers, TimeProvider timeProvider, LogBudget budget, ILogger<AdminSocket> logger)
    : BackgroundService
{
    public const string FileName = "admin.sock";

    /// <summary>Bytes of a request.</summary>
    public const int MaxRequestBytes = 4096;

    // Linux: sun_path has 108 bytes, of which the last is 0.
    private const int MaxPathBytes = 107;

    private const int MaxConnections = 8;

    /// <summary>For a request to come, and for each part of an answer to be read.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(MaxConnections);
    private Socket? _listener;

    /// <summary>Where the gateway of a data directory listens.</summary>
    public static string PathIn(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), FileName);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        string path = PathIn(options.DataDirectory);
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
        {
            logger.AdminSocketMissing(path, $"a socket's path has at most {MaxPathBytes} bytes");
            return Task.CompletedTask;
        }

        try
        {
            // The directory is this gateway's: what lies here was left behind by one that was killed.
            File.Delete(path);
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _listener.Listen(MaxConnections);
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            _listener?.Dispose();
            _listener = null;
            logger.AdminSocketMissing(path, error.Message);
            return Task.CompletedTask;
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        // Takes the file away, too.
        _listener?.Dispose();
        _places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(stoppingToken).ConfigureAwait(false);
                if (await TryAcceptAsync(stoppingToken).ConfigureAwait(false) is { } peer)
                    _ = ServeAsync(peer, stoppingToken);
                else
                    _places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    // Where the process has no descriptor left, devices come first: the gateway goes on, and so does this a second later.
    private async Task<Socket?> TryAcceptAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await _listener!.AcceptAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), timeProvider, stoppingToken).ConfigureAwait(false);
            return null;
        }
    }

    private async Task ServeAsync(Socket peer, CancellationToken stoppingToken)
    {
        try
        {
            await using var stream = new NetworkStream(peer, ownsSocket: true);
            byte[] request = await ReadLineAsync(stream, stoppingToken).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> part in answers.To(request))
            {
                using var patience = new CancellationTokenSource(Patience, timeProvider);
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
                await stream.WriteAsync(part, ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            // Whoever asked has gone, or does not read.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.AdminRequestFailed(error, leftOut);
        }
        finally
        {
            if (!stoppingToken.IsCancellationRequested)
                _places.Release();
        }
    }

    private async Task<byte[]> ReadLineAsync(NetworkStream stream, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        byte[] buffer = new byte[MaxRequestBytes];
        for (int length = 0; length < buffer.Length;)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), ending.Token).ConfigureAwait(false);
            int end = buffer.AsSpan(length, read).IndexOf((byte)'\n');
            length += read;
            if (end >= 0 || read == 0)
                return buffer[..(read == 0 ? length : length - read + end)];
        }

        return buffer;
    }
}
