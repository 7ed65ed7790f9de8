using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Defender.Gateway.Ingest;

/// <summary>
/// The reports that wait for the judge, in order of arrival. Bounded: when it is full, sessions wait, and with them their
/// clients, since a session reads nothing while its report waits.
/// </summary>
internal sealed class ReportMailbox(TimeProvider? timeProvider = null)
{
    private const int Capacity = 4096;

    private readonly Channel<ReportRequest> _channel = Channel.CreateBounded<ReportRequest>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TimeProvider _timeProvider = timeProvider ?? TimeProvider.System;
    private int _isSweepWaiting;
    private int _isSweepOutside;

    /// <summary>Stands in the mailbox for a sweep over open alarms.</summary>
    public static readonly ReportRequest SweepRequest = new();

    /// <summary>The reader's side, for the one owner of the things.</summary>
    public ChannelReader<ReportRequest> Reader => _channel.Reader;

    /// <summary>Hands a report in; true when it was judged, answered and stored, false when it could not be.</summary>
    public ValueTask<bool> SubmitAsync(ReportRequest request)
    {
        request.SubmittedAt = _timeProvider.GetTimestamp();
        ValueTask<bool> judged = request.WaitAsync();
        return _channel.Writer.TryWrite(request) ? judged : WaitForRoomAsync(request, judged);
    }

    /// <summary>
    /// Asks for a sweep: one that waits already is enough. Where the mailbox is full it waits outside, for
    /// <see cref="TryTakeSweep"/>: a fleet that keeps the mailbox full must not keep alarms from ending.
    /// </summary>
    public void RequestSweep()
    {
        if (Interlocked.Exchange(ref _isSweepWaiting, 1) != 0 || _channel.Writer.TryWrite(SweepRequest))
            return;
        Volatile.Write(ref _isSweepOutside, 1);

        // Had the owner emptied the mailbox in between, nothing would make it look outside.
        _channel.Writer.TryWrite(SweepRequest);
    }

    /// <summary>Whether a sweep waits that found the mailbox full, which is then taken; only the owner calls.</summary>
    public bool TryTakeSweep()
    {
        if (Interlocked.Exchange(ref _isSweepOutside, 0) == 0)
            return false;
        SweepTaken();
        return true;
    }

    /// <summary>Notes that the sweep that waited was taken out: what is asked for from here on is another.</summary>
    public void SweepTaken() => Volatile.Write(ref _isSweepWaiting, 0);

    /// <summary>Takes no more reports; the ones inside are still judged.</summary>
    public void Close() => _channel.Writer.TryComplete();

    private async ValueTask<bool> WaitForRoomAsync(ReportRequest request, ValueTask<bool> judged)
    {
        try
        {
            await _channel.Writer.WriteAsync(request).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return false;
        }

        return await judged.ConfigureAwait(false);
    }
}
