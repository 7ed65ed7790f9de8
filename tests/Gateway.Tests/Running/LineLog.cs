using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Tests.Running;

/// <summary>Lines as they are written, to be waited for: a gateway's standard output, or its log.</summary>
internal sealed class LineLog : TextWriter, ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_gate)
        {
            _lines.Add(value ?? "");
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The first line with all of the texts; fails, with all lines, when none comes in time.</summary>
    public async Task<string> WaitForAsync(params string[] texts)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_lines.Find(line => texts.All(text => line.Contains(text, StringComparison.Ordinal))) is { } found)
                    return found;
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(TestGateway.Deadline);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"no line with '{string.Join("' and '", texts)}' among:\n{string.Join('\n', Lines)}");
            }
        }
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new LineLogger(this);

    private sealed class LineLogger(LineLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.WriteLine($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")}");
    }
}
