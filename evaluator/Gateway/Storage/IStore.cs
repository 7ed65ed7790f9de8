using System;
using System.Collections.Generic;

namespace Defender.Gateway.Storage;

/// <summary>What the gateway must not forget. One writer; readers may be other processes.</summary>
internal interface IStore : IDisposable
{
    /// <summary>
    /// Writes the batch as one transaction. When this returns, the batch survives a crash of the process or the machine;
    /// when it throws, nothing of it was written. An event whose violation id and type are already stored is kept once.
    /// </summary>
    /// <exception cref="StoreException">The batch could not be written.</exception>
    void Commit(StoreBatch batch);

    /// <summary>The stored state of a thing; null when it is unknown.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    byte[]? ReadThingState(string thingName);

    /// <summary>The fleet's statistics as they were last stored; null before.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    byte[]? ReadFleetStatistics();

    /// <summary>The things with an alarm open, which time and profile changes can end without a report.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<string> ListThingsInAlarm();

    /// <summary>Violation events, the newest first.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<StoredViolationEvent> ListViolationEvents(int limit);

    /// <summary>Forgets violation events before <paramref name="time"/>, and states that were not written since.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    void DeleteBefore(DateTimeOffset time);
}
