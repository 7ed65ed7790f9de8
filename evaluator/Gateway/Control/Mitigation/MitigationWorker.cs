using System;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>
/// Runs the tasks, a step of each in turn, from the start of the gateway, where it goes on with those that a stop interrupted.
/// Sleeps when there are none, but for forgetting old ones each hour.
/// </summary>
internal sealed class MitigationWorker(
    ControlPlane control, IStore store, IFindingPublisher publisher, TimeProvider timeProvider, LogBudget budget, ILogger<MitigationWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    // Of ninety days.
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromHours(1);

    private readonly TaskSteps _steps = new(control, store, publisher);

    // One call is enough, however many tasks it is about: what is full takes no more.
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Tells that a task was started.</summary>
    public void Wake() => _calls.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using ITimer next = timeProvider.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            do
            {
                next.Change(RunTasks(stoppingToken) ? ForgetInterval : RetryInterval, Timeout.InfiniteTimeSpan);
            }
            while (await _calls.Reader.ReadAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The gateway stops; the next start goes on.
        }
    }

    // False when the store refused: to be tried again.
    private bool RunTasks(CancellationToken stoppingToken)
    {
        try
        {
            while (DetectTasks.Running(control.State).ToArray() is { Length: > 0 } running)
            {
                foreach (string taskId in running)
                {
                    stoppingToken.ThrowIfCancellationRequested();
                    control.LetOthersGoFirst();
                    Step(taskId);
                }
            }

            while (control.Change(draft => DetectTasks.Forget(draft, draft.Now)))
            {
                stoppingToken.ThrowIfCancellationRequested();
                control.LetOthersGoFirst();
            }

            return true;
        }
        catch (StoreException error)
        {
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.MitigationFailed(error, leftOut);
            return false;
        }
    }

    private void Step(string taskId)
    {
        try
        {
            if (_steps.Step(taskId) is { EndedAt: not null } ended)
                LogEnd(taskId, ended);
        }
        catch (Exception error) when (error is not (StoreException or OutOfMemoryException))
        {
            // It would come back at each try, for ever.
            logger.MitigationTaskBroken(error, taskId);
            _steps.Fail(taskId);
        }
    }

    private void LogEnd(string taskId, DetectTaskResource task)
    {
        logger.MitigationTaskEnded(taskId, task.Status, task.Executed, task.Skipped, task.Failed);
        if (task.LeftOut > 0)
            logger.MitigationTaskCutOff(taskId, DetectTasks.MaxExecutions, task.LeftOut);
    }
}
