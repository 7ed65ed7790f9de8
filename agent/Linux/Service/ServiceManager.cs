using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Delivery.Network;
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

    // sys/socket.h, sys/un.h and errno.h of Linux.
    private const int Unix = 1;
    private const int Datagram = 2;
    private const int DontWait = 0x40;
    private const int MaxNameBytes = 108;
    private const int NameTooLong = 36;
    private const int None = -1;

    private readonly Log _log;
    private readonly byte[] _message = new byte[MaxMessageBytes];
    private int _descriptor;
    private bool _hasFailed;

    private ServiceManager(int descriptor, TimeSpan aliveEvery, Log log)
    {
        _descriptor = descriptor;
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
            return new ServiceManager(None, Timeout.InfiniteTimeSpan, log);

        TimeSpan aliveEvery = Timeout.InfiniteTimeSpan;
        bool isForUs = watchdogProcess is null || watchdogProcess == processId.ToString(CultureInfo.InvariantCulture);
        if (isForUs && long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0)
        {
            // sd_watchdog_enabled(3) recommends half of it.
            aliveEvery = TimeSpan.FromMicroseconds(microseconds / 2);
        }

        int descriptor = Connect(address, out int error);
        if (descriptor >= 0)
            return new ServiceManager(descriptor, aliveEvery, log);
        log.ServiceManagerFailed(Marshal.GetPInvokeErrorMessage(error));
        return new ServiceManager(None, Timeout.InfiniteTimeSpan, log);
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

    public void Dispose()
    {
        if (_descriptor != None)
            _ = Kernel.Close(_descriptor);
        _descriptor = None;
    }

    private static unsafe int Connect(string address, out int error)
    {
        // unix(7): a path ends with a zero, an abstract name begins with one and has the length that it has.
        byte[] name = Encoding.UTF8.GetBytes(address[0] == '@' ? '\0' + address[1..] : address + '\0');
        if (name.Length > MaxNameBytes)
        {
            error = NameTooLong;
            return None;
        }

        byte* socketAddress = stackalloc byte[sizeof(ushort) + MaxNameBytes];
        *(ushort*)socketAddress = Unix;
        name.CopyTo(new Span<byte>(socketAddress + sizeof(ushort), MaxNameBytes));
        int descriptor = Kernel.Socket(Unix, Datagram | Kernel.CloseOnExec, 0);
        if (descriptor >= 0 && Kernel.Connect(descriptor, socketAddress, (uint)(sizeof(ushort) + name.Length)) == 0)
        {
            error = 0;
            return descriptor;
        }

        error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
            _ = Kernel.Close(descriptor);
        return None;
    }

    private unsafe void Send(ReadOnlySpan<byte> message)
    {
        if (_descriptor == None)
            return;

        // Never waits for a manager that is busy.
        nint sent;
        fixed (byte* bytes = message)
            sent = Kernel.Send(_descriptor, bytes, message.Length, Kernel.NoSignal | DontWait);
        if (sent < 0 && !_hasFailed)
            _log.ServiceManagerFailed(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        _hasFailed = sent < 0;
    }
}
