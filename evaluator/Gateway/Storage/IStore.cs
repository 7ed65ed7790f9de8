using System;
using System.Collections.Generic;

namespace Defender.Gateway.Storage;

/// <summary>
/// What the gateway must not forget. Thread-safe: commits follow one another, reads run beside them and see whole commits
/// only. One gateway writes; commands of other processes may read.
/// </summary>
internal interface IStore : IDisposable
{
    /// <summary>
    /// Writes the batch as one transaction, in the order of its members. When this returns, the batch survives a crash of the
    /// process or the machine; when it throws, nothing of it was written.
    /// </summary>
    /// <exception cref="StoreException">The batch could not be written.</exception>
    void Commit(StoreBatch batch);

    /// <summary>All resources of the control plane, in no particular order.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<ResourceRow> ReadResources();

    /// <summary>The stored state of a thing; null when it is unknown.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    byte[]? ReadThingState(string thingName);

    /// <summary>What was last stored under a name; null before.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    byte[]? ReadValue(string name);

    /// <summary>The things with an alarm open, which time and profile changes can end without a report.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<string> ListThingsInAlarm();

    /// <summary>A violation by its id, active or ended; null when it is unknown.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    StoredViolation? ReadViolation(string violationId);

    /// <summary>Violations that have not ended, the newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="before">Only those with a smaller <see cref="StoredViolation.Id"/>; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<StoredViolation> ListActiveViolations(ViolationFilter filter, long? before, int limit);

    /// <summary>Violation events of a time range, both ends included, the newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="from">Start of the range.</param>
    /// <param name="to">End of the range.</param>
    /// <param name="before">Only those older than this position; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<StoredViolationEvent> ListViolationEvents(
        ViolationFilter filter, DateTimeOffset from, DateTimeOffset to, ViolationEventPosition? before, int limit);

    /// <summary>The stored values of a thing whose block starts in a time range, both ends included, the newest first.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="from">Start of the range.</param>
    /// <param name="to">End of the range.</param>
    /// <param name="limit">At most so many blocks.</param>
    /// <param name="into">Takes them; what was in it is gone.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    void ReadMetricBlocks(string thingName, DateTimeOffset from, DateTimeOffset to, int limit, MetricBlockRows into);

    /// <summary>The messages that wait for a destination, the oldest first.</summary>
    /// <param name="destination">What they wait for.</param>
    /// <param name="after">Only those with a larger <see cref="OutboxRow.Id"/>; 0 for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<OutboxRow> ReadOutbox(string destination, long after, int limit);

    /// <summary>The destinations that messages wait for, and how many wait.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyDictionary<string, long> CountOutbox();

    /// <summary>
    /// Forgets violations that ended before <paramref name="violations"/> with their events, events of older times whose violation
    /// has ended, thing states without an open alarm that were not written since, and the values of UTC days that ended before
    /// <paramref name="metricValues"/>. Commits get in between; where the process ends halfway, the next call goes on.
    /// </summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    void DeleteBefore(DateTimeOffset violations, DateTimeOffset metricValues);

    /// <summary>Forgets the metric values of the oldest UTC day; false when there are none of a day before <paramref name="today"/>.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    bool DeleteOldestMetricDay(DateTimeOffset today);

    /// <summary>Bytes that the store's content takes, without what is free for reuse.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    long MeasureSize();
}
