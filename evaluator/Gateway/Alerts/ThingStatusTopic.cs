using System;
using System.Collections.Generic;
using System.Text;
using Defender.Evaluator.Things;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;
using Defender.Mqtt;

namespace Defender.Gateway.Alerts;

/// <summary>
/// Tells each thing whether it is in alarm, on <c>defender/things/{thing}/status</c> of the gateway's own endpoint, so that a
/// device can show it: <c>{"status":"in-alarm"}</c> while any alarm of it is open, also one that is suppressed, else
/// <c>{"status":"ok"}</c>. Retained, at QoS 1. AWS has no such topic. One thread at a time.
/// </summary>
internal sealed class ThingStatusTopic(IMessagePublisher publisher, IStore store)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    private static ReadOnlySpan<byte> InAlarm => """{"status":"in-alarm"}"""u8;

    private static ReadOnlySpan<byte> Ok => """{"status":"ok"}"""u8;

    /// <summary>Tells the things that are in alarm once more: what is retained does not outlive the gateway.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public void TellAll()
    {
        foreach (string thingName in store.ListThingsInAlarm())
            Tell(thingName, isInAlarm: true);
    }

    /// <summary>Tells the things whose alarms a batch began or ended; it is stored and not cleared yet.</summary>
    public void Stored(StoreBatch changes)
    {
        if (changes.ViolationEvents.Count == 0)
            return;
        _told.Clear();
        foreach (StoredViolationEvent violation in changes.ViolationEvents)
            _told.Add(violation.ThingName);
        // The last state of a thing is the one that counts.
        for (int i = changes.ThingStates.Count - 1; i >= 0 && _told.Count > 0; i--)
        {
            ThingStateRow state = changes.ThingStates[i];
            if (_told.Remove(state.ThingName))
                Tell(state.ThingName, state.InAlarm);
        }
    }

    // Clients that are no things are judged by their client identifiers, which may be anything: wildcards, or somebody's topic.
    private void Tell(string thingName, bool isInAlarm)
    {
        if (ThingName.IsValid(thingName, out _) && !thingName.AsSpan().ContainsAny('/', '+', '#'))
            publisher.Publish(Encoding.UTF8.GetBytes($"defender/things/{thingName}/status"), isInAlarm ? InAlarm : Ok, MqttQoS.AtLeastOnce, retain: true);
    }
}
