using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// Reads the files of all metrics for one report after the other, on a thread that ends with them. A read of a network file system
/// that is dead does not come back: its thread is left behind, its file is not tried again before it is back, and the report goes
/// on without it.
/// </summary>
internal sealed class FileReader(IReadOnlyList<MetricFile> files)
{
    /// <summary>How long a report waits for its files, all together.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Threads that are left behind at a time, each with its stack; past it no file is read.
    private const int MostLeftBehind = 4;

    private const int StackSize = 256 * 1024;

    private readonly Lock _gate = new();

    // The report whose thread may begin with a file; 0 for none.
    private int _reading;

    /// <summary>Of the report that is being made; 0 before the first.</summary>
    public int Round { get; private set; }

    /// <summary>Reads them once; done at once where there are none.</summary>
    /// <param name="clock">Its timers bound the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task RunAsync(TimeProvider clock, CancellationToken cancellationToken) =>
        files.Count == 0 ? Task.CompletedTask : ReadAsync(clock, cancellationToken);

    private async Task ReadAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        int leftBehind = 0;
        int round;
        lock (_gate)
        {
            round = _reading = ++Round;
            foreach (MetricFile file in files)
                leftBehind += file.IsBusy ? 1 : 0;
        }

        if (leftBehind >= MostLeftBehind)
            return;
        Signal done = new(clock);
        Thread thread = new(
            () =>
            {
                ReadAll(round);
                done.Set();
            },
            StackSize)
        {
            IsBackground = true,
            Name = "files",
        };
        thread.Start();
        if (await done.WaitAsync(Patience, cancellationToken))
            return;
        lock (_gate)
            _reading = 0;
    }

    private void ReadAll(int round)
    {
        foreach (MetricFile file in files)
        {
            lock (_gate)
            {
                if (_reading != round)
                    return;
                if (file.IsBusy)
                    continue;
                file.IsBusy = true;
            }

            file.Read(round);
            file.IsBusy = false;
        }
    }
}
