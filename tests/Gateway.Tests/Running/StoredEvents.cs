using System;
using System.Collections.Generic;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Tests.Running;

/// <summary>What tests ask a store about.</summary>
internal static class StoredEvents
{
    /// <summary>Violation events of all times and kinds, the newest first.</summary>
    public static IReadOnlyList<StoredViolationEvent> NewestEvents(this IStore store, int limit) =>
        store.ListViolationEvents(ViolationFilter.None, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, before: null, limit);
}
