using System.Threading;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

/// <summary>Where code goes on that waits for the read loop.</summary>
internal static class Continuations
{
    /// <summary>
    /// Never inside of the read loop, which it could hold up. Who has a context goes on there, and nothing is to be done for that;
    /// else the thread pool is asked, which a process on one thread would have to start for it.
    /// </summary>
    public static TaskCreationOptions OfThisContext => SynchronizationContext.Current is null
        ? TaskCreationOptions.RunContinuationsAsynchronously
        : TaskCreationOptions.None;
}
