using System;
using System.Collections.Concurrent;
using System.Threading;

namespace nanoFramework.M2Mqtt;

/// <summary>
/// The dispatch thread of one connection: every event comes from it, one after the other, and nothing is delivered while a handler
/// runs. A handler that throws ends it silently, as an unhandled exception ends a thread on the device.
/// </summary>
internal sealed class EventQueue
{
    private readonly BlockingCollection<Action> _events = [];

    public EventQueue() => new Thread(Run) { IsBackground = true, Name = "M2Mqtt dispatch" }.Start();

    public void Add(Action raise)
    {
        try
        {
            _events.Add(raise);
        }
        catch (InvalidOperationException)
        {
            // Closed meanwhile: what was queued is gone, on the device too.
        }
    }

    /// <summary>Delivers what is queued and ends.</summary>
    public void Complete() => _events.CompleteAdding();

    private void Run()
    {
        try
        {
            foreach (Action raise in _events.GetConsumingEnumerable())
                raise();
        }
        catch (Exception)
        {
            // See above: nobody hears of it.
        }
    }
}
