using System;
using Defender.Agent.Linux.CommandLine;

namespace Defender.Agent.Linux.Metrics;

/// <summary>A command that is run for each report, from its start to its exit code. Not safe for several threads.</summary>
/// <param name="command">Program, with its whole path, and arguments.</param>
/// <param name="timeout">When it is ended by SIGKILL.</param>
/// <param name="maxBytes">More output than this ends it too.</param>
internal sealed class RunningCommand(string[] command, TimeSpan timeout, int maxBytes)
{
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(maxBytes + 1);
    private int _length;
    private int _process;
    private bool _isKilled;

    /// <summary>What it printed, when <see cref="Failure"/> is null.</summary>
    public ReadOnlySpan<byte> Output => _output.AsSpan(0, _length);

    /// <summary>Why there is no output to be used; null when there is.</summary>
    public string? Failure { get; private set; } = "has not run yet";

    /// <summary>Where its output comes from; -1 when that has ended.</summary>
    public int Pipe { get; private set; } = -1;

    /// <summary>Whether its process has yet to end.</summary>
    public bool IsRunning => _process != 0;

    public TimeSpan Timeout => timeout;

    /// <summary>Starts it, unless it is running still from the time before.</summary>
    public void Start()
    {
        if (IsRunning)
        {
            Failure = "is running still from the report before: it does not die of SIGKILL, so it waits for a device or a file system";
            return;
        }

        _length = 0;
        _isKilled = false;
        Failure = null;
        int error = ChildProcess.Spawn(command, out _process, out int pipe);
        if (error == 0)
            Pipe = pipe;
        else
            Fail($"{command[0]} cannot be started: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Takes what it has printed; to be called when there is something.</summary>
    public void Read()
    {
        nint read = Libc.Read(Pipe, _output.AsSpan(_length), (nuint)(_output.Length - _length));
        if (read < 0 && Libc.LastError == Libc.Interrupted)
            return;
        if (read > 0)
            _length += (int)read;
        if (_length > maxBytes)
            Kill($"prints more than {maxBytes} bytes");
        else if (read <= 0)
            ClosePipe();
    }

    /// <summary>Ends it, and what it started in its process group.</summary>
    public void Kill(string reason)
    {
        Fail(reason);
        ClosePipe();
        if (IsRunning && !_isKilled)
            ChildProcess.Kill(_process);
        _isKilled = true;
    }

    /// <summary>Ends it because its time is over.</summary>
    public void TimeOut() => Kill($"{command[0]} has not ended within {SecondsText.Of(timeout)} s");

    /// <summary>Takes its exit code, if it has one.</summary>
    public void Reap()
    {
        if (!IsRunning || !ChildProcess.TryReap(_process, out int exitCode, out int signal))
            return;

        // What it left in the background must not outlive it.
        ChildProcess.Kill(_process);
        _process = 0;
        if (signal != 0)
            Fail($"{command[0]} was ended by signal {signal}");
        else if (exitCode != 0)
            Fail($"{command[0]} ended with exit code {exitCode}");
    }

    // The first reason is the one that explains the others.
    private void Fail(string reason) => Failure ??= reason;

    private void ClosePipe()
    {
        if (Pipe >= 0)
            _ = Libc.Close(Pipe);
        Pipe = -1;
    }
}
