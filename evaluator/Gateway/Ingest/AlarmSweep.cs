using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Ingest;

/// <summary>
/// Which things have to be looked at although they do not report: those in alarm, each minute and after a change that
/// concerns all; and single things that a change of the registry concerns. The owner takes them; anybody may ask.
/// </summary>
internal sealed class AlarmSweep(IStore store, ReportMailbox mailbox)
{
    // Beyond these, looking at all that are in alarm is less work.
    private const int MaxTouched = 10_000;

    private readonly Queue<string> _toAdvance = [];
    private readonly ConcurrentQueue<string> _touched = [];
    private int _isFullAsked;

    /// <summary>Whether there is more to take.</summary>
    public bool HasMore => _toAdvance.Count > 0 || !_touched.IsEmpty || Volatile.Read(ref _isFullAsked) != 0;

    /// <summary>Asks for all things in alarm.</summary>
    public void RequestAll()
    {
        Volatile.Write(ref _isFullAsked, 1);
        mailbox.RequestSweep();
    }

    /// <summary>Asks for what a change of the account concerns.</summary>
    public void Request(ControlChange change)
    {
        if (change.ConcernsAll || _touched.Count + change.Things.Count > MaxTouched)
        {
            RequestAll();
            return;
        }

        foreach (string thingName in change.Things)
            _touched.Enqueue(thingName);
        if (change.Things.Count > 0)
            mailbox.RequestSweep();
    }

    /// <summary>The next thing to look at; only the owner calls.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public bool TryTake(out string? thingName)
    {
        if (_touched.TryDequeue(out thingName))
            return true;
        if (_toAdvance.Count == 0 && Interlocked.Exchange(ref _isFullAsked, 0) != 0)
        {
            foreach (string name in store.ListThingsInAlarm())
                _toAdvance.Enqueue(name);
        }

        return _toAdvance.TryDequeue(out thingName);
    }
}
