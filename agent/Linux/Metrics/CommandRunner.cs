using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// Runs the commands of all metrics at the same time, on one thread. Ends when each of them has ended or its time is over, so that
/// a report waits for the longest timeout at most.
/// </summary>
/// <param name="commands">The commands.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="strays">Ends what they leave behind outside of their process groups; null where this process starts others.</param>
internal sealed class CommandRunner(IReadOnlyList<RunningCommand> commands, TimeProvider timeProvider, StrayProcesses? strays = null)
{
    // How long after SIGKILL a process is waited for, and how often an exit code is asked for once the output has ended.
    private static readonly TimeSpan ReapTime = TimeSpan.FromMilliseconds(500);
    private const int ReapPeriodMs = 5;

    private const int StackSize = 256 * 1024;

    private readonly int[] _pipes = new int[commands.Count];
    private readonly bool[] _ready = new bool[commands.Count];

    /// <summary>Runs them once; their output and failures are then in them.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        commands.Count == 0 ? Task.CompletedTask : Start(cancellationToken);

    // A thread that ends with the commands: a pool would stay, with its threads, for one call each five minutes.
    private Task Start(CancellationToken cancellationToken)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(
            () =>
            {
                try
                {
                    Run(cancellationToken);
                    done.SetResult();
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "commands",
        };
        thread.Start();
        return done.Task;
    }

    private void Run(CancellationToken cancellationToken)
    {
        strays?.Adopt();
        foreach (RunningCommand command in commands)
        {
            command.Reap();
            command.Start();
        }

        long startedAt = timeProvider.GetTimestamp();
        TimeSpan elapsed = TimeSpan.Zero;
        while (IsAnyBusy(elapsed))
        {
            Wait(elapsed);
            elapsed = timeProvider.GetElapsedTime(startedAt);
            for (int i = 0; i < commands.Count; i++)
            {
                RunningCommand command = commands[i];
                if (_ready[i] && command.Pipe >= 0)
                    command.Read();
                if (command.Pipe < 0)
                    command.Reap();
                if (command.Pipe < 0 && !command.IsRunning)
                    continue;
                if (cancellationToken.IsCancellationRequested)
                    command.Kill("the agent is stopping");
                else if (elapsed >= command.Timeout)
                    command.TimeOut();
            }
        }

        EndStrays();
    }

    // Now that no command of this report runs any more, whatever is a child of this process is left over.
    private void EndStrays()
    {
        long startedAt = timeProvider.GetTimestamp();
        while (strays is not null && !strays.TryEnd() && timeProvider.GetElapsedTime(startedAt) < ReapTime)
            ChildProcess.Wait([], [], ReapPeriodMs);
    }

    private bool IsAnyBusy(TimeSpan elapsed)
    {
        foreach (RunningCommand command in commands)
        {
            if (command.Pipe >= 0 || (command.IsRunning && elapsed < command.Timeout + ReapTime))
                return true;
        }

        return false;
    }

    private void Wait(TimeSpan elapsed)
    {
        // Long waits are cut, so that a stop of the agent is noticed.
        double wait = 100;
        for (int i = 0; i < commands.Count; i++)
        {
            RunningCommand command = commands[i];
            _pipes[i] = command.Pipe;
            if (command.Pipe >= 0)
                wait = Math.Min(wait, (command.Timeout - elapsed).TotalMilliseconds);
            else if (command.IsRunning)
                wait = Math.Min(wait, ReapPeriodMs);
        }

        ChildProcess.Wait(_pipes, _ready, (int)Math.Max(0, Math.Ceiling(wait)));
    }
}
