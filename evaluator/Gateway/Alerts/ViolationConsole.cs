using System;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Alerts;

/// <summary>
/// Prints violation events, one line each, after they were stored. Lines wait for a slow reader, up to
/// <see cref="Capacity"/>; what comes on top, or cannot be written, is left out and counted. So a reader that stopped or went
/// away ends the printing, not the gateway.
/// </summary>
internal sealed class ViolationConsole : IAsyncDisposable
{
    /// <summary>Events that wait to be printed: some megabytes.</summary>
    public const int Capacity = 4096;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Channel<StoredViolationEvent> _events = Channel.CreateBounded<StoredViolationEvent>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TextWriter _output;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Task _printing;
    private long _leftOut;

    public ViolationConsole(TextWriter output, TimeProvider timeProvider, ILogger<ViolationConsole> logger)
    {
        _output = output;
        _timeProvider = timeProvider;
        _logger = logger;
        _printing = PrintAsync();
    }

    /// <summary>Prints an event soon; never waits.</summary>
    public void Print(StoredViolationEvent violation)
    {
        if (!_events.Writer.TryWrite(violation))
            LeaveOut();
    }

    /// <summary>Gives the lines that wait a moment to leave.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        try
        {
            await _printing.WaitAsync(LastWords, _timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LeaveOut();
        }
    }

    private async Task PrintAsync()
    {
        await foreach (StoredViolationEvent violation in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                _output.WriteLine(ViolationLine.Format(violation.Document));
                _output.Flush();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                LeaveOut();
                continue;
            }

            if (Interlocked.Exchange(ref _leftOut, 0) is > 0 and long leftOut)
                _logger.PrintingResumed(leftOut);
        }
    }

    private void LeaveOut()
    {
        if (Interlocked.Increment(ref _leftOut) == 1)
            _logger.PrintingStopped();
    }
}
