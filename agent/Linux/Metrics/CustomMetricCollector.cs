using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Fills the custom metrics of each report. A source that fails costs its metric only.</summary>
internal sealed class CustomMetricCollector
{
    private readonly List<IMetricSource> _sources = [];
    private readonly CommandRunner _commands;
    private readonly FileReader _files;
    private readonly TimeProvider _timeProvider;
    private readonly Log _log;

    /// <param name="builtIn">Names of ready-made metrics.</param>
    /// <param name="own">The user's own.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="log">Hears of failures, at a bounded rate.</param>
    /// <param name="ownsChildren">Whether this process starts nothing but the commands, so that whatever else becomes a child of it is left behind by one.</param>
    public CustomMetricCollector(
        List<string> builtIn, List<UserMetric> own, TimeProvider timeProvider, Log log, bool ownsChildren = false)
    {
        _timeProvider = timeProvider;
        _log = log;
        foreach (string name in builtIn)
        {
            if (BuiltInMetrics.Find(name) is { } metric)
                _sources.Add(metric.Open(name));
        }

        List<RunningCommand> commands = [];
        List<MetricFile> files = [];
        _files = new FileReader(files);
        foreach (UserMetric metric in own)
        {
            if (metric.Command.Length == 0)
            {
                files.Add(new MetricFile(metric.File, metric.MaxBytes));
                _sources.Add(new FileMetricSource(metric, files[^1], _files));
                continue;
            }

            CommandMetricSource source = new(metric);
            commands.Add(source.Command);
            _sources.Add(source);
        }

        _commands = new CommandRunner(commands, timeProvider, ownsChildren ? new StrayProcesses() : null);
    }

    /// <summary>Metrics that each report is to have.</summary>
    public int Count => _sources.Count;

    /// <summary>Their names, in the order of the report.</summary>
    public List<string> Names => _sources.ConvertAll(source => source.Name);

    /// <summary>Runs the commands and reads the files for the report that comes next; done at once where there are none.</summary>
    /// <param name="clock">Its timers bound the wait for files.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PrepareAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        Task commands = _commands.RunAsync(cancellationToken);
        Task files = _files.RunAsync(clock, cancellationToken);
        return files.IsCompletedSuccessfully ? commands : commands.IsCompletedSuccessfully ? files : BothAsync(commands, files);
    }

    /// <summary>Fills the report's metrics.</summary>
    public void AddTo(Core.Reports.CustomMetrics metrics)
    {
        foreach (IMetricSource source in _sources)
        {
            if (Try(source, metrics) is { } reason)
                _log.CustomMetricFailed(source.Name, reason);
        }
    }

    /// <summary>Tries all of them once.</summary>
    /// <returns>Names, and why a metric would be left out; null where it would not.</returns>
    public async Task<IReadOnlyList<(string Name, string? Reason)>> TryAllAsync(Core.Reports.CustomMetrics metrics, CancellationToken cancellationToken)
    {
        await PrepareAsync(_timeProvider, cancellationToken);
        return _sources.ConvertAll(source => (source.Name, Try(source, metrics)));
    }

    // Both run already. Task.WhenAll would start the thread pool.
    private static async Task BothAsync(Task commands, Task files)
    {
        await commands;
        await files;
    }

    private static string? Try(IMetricSource source, Core.Reports.CustomMetrics metrics)
    {
        try
        {
            return source.AddTo(metrics);
        }
        catch (Exception failure)
        {
            // Whatever goes wrong in a source costs its metric, not the report.
            return failure.Message;
        }
    }
}
