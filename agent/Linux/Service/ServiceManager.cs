using System;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.Service;

/// <summary>
/// Tells the service manager how the agent is: sd_notify(3), a datagram to the socket that <c>$NOTIFY_SOCKET</c> names. Without
/// one nobody is told. A manager that does not listen costs a line in the log and nothing else.
/// </summary>
internal sealed class ServiceManager : ILiveness, IDisposable
{
    // No status of ours is longer; the kernel takes much more.
    private const int MaxMessageBytes = 1024;

    private readonly Socket? _socket;
    private readonly Log _log;
    private readonly byte[] _message = new byte[MaxMessageBytes];
    private bool _hasFailed;

    private ServiceManager(Socket? socket, TimeSpan aliveEvery, Log log)
    {
        _socket = socket;
        AliveEvery = aliveEvery;
        _log = log;
    }

    public TimeSpan AliveEvery { get; }

    /// <summary>What this process was started with.</summary>
    public static ServiceManager OfThisProcess(Log log) => Open(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        Environment.GetEnvironmentVariable("WATCHDOG_PID"),
        Environment.ProcessId,
        log);

    /// <param name="address">A path, or an abstract name that begins with @; null or empty for none.</param>
    /// <param name="watchdogMicroseconds">How often the manager wants a sign of life; null for never.</param>
    /// <param name="watchdogProcess">From which process; null for any.</param>
    /// <param name="processId">This one.</param>
    /// <param name="log">Hears of a manager that does not listen.</param>
    public static ServiceManager Open(string? address, string? watchdogMicroseconds, string? watchdogProcess, int processId, Log log)
    {
        if (string.IsNullOrEmpty(address))
            return new ServiceManager(null, Timeout.InfiniteTimeSpan, log);

        TimeSpan aliveEvery = Timeout.InfiniteTimeSpan;
        bool isForUs = watchdogProcess is null || watchdogProcess == processId.ToString(CultureInfo.InvariantCulture);
        if (isForUs && long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0)
        {
            // sd_watchdog_enabled(3) recommends half of it.
            aliveEvery = TimeSpan.FromMicroseconds(microseconds / 2);
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // Never waits for a manager that is busy.
            socket.Blocking = false;
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
            return new ServiceManager(socket, aliveEvery, log);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            socket.Dispose();
            log.ServiceManagerFailed(failure.Message);
            return new ServiceManager(null, Timeout.InfiniteTimeSpan, log);
        }
    }

    public void Ready() => Send("READY=1"u8);

    public void Status(string text)
    {
        // A line feed would begin another assignment.
        "STATUS="u8.CopyTo(_message);
        string line = OneLine.Of(text);
        Encoding.UTF8.TryGetBytes(line.AsSpan(0, Math.Min(line.Length, (MaxMessageBytes - 7) / 3)), _message.AsSpan(7), out int length);
        Send(_message.AsSpan(0, 7 + length));
    }

    public void Alive() => Send("WATCHDOG=1"u8);

    public void Stopping() => Send("STOPPING=1"u8);

    public void Dispose() => _socket?.Dispose();

    private void Send(ReadOnlySpan<byte> message)
    {
        try
        {
            _socket?.Send(message, SocketFlags.None);
            _hasFailed = false;
        }
        catch (SocketException failure)
        {
            if (!_hasFailed)
                _log.ServiceManagerFailed(failure.Message);
            _hasFailed = true;
        }
    }
}
