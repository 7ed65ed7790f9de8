using System.Threading;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>The bytes that may wait anywhere in the endpoint. Over it nothing new is kept: the newest is shed. Thread-safe.</summary>
/// <param name="limit">Bytes.</param>
internal sealed class MemoryBudget(long limit)
{
    private long _used;

    /// <summary>Bytes that are taken.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Whether it is all but spent: it never is to the byte, since what does not fit is not taken.</summary>
    public bool IsExhausted => Used >= limit - (limit / 16);

    /// <summary>Takes bytes, unless the budget is spent.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit)
            return true;
        Return(bytes);
        return false;
    }

    /// <summary>Takes bytes that are there already, whether there is room or not: what is new is shed for them.</summary>
    public void Take(int bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Gives bytes back.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _used, -bytes);
}
