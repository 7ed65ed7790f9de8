using System;
using System.Linq;
using System.Threading;

namespace Defender.Gateway.Sockets;

/// <summary>The loops that share the connections.</summary>
/// <param name="count">How many; 0 for one for each two processors, eight at most, since the other half judges and stores.</param>
internal sealed class EventLoops(int count = 0) : IDisposable
{
    private const int MaxLoops = 8;

    private readonly EventLoop[] _loops =
        [.. Enumerable.Range(0, count > 0 ? count : Math.Clamp(Environment.ProcessorCount / 2, 1, MaxLoops)).Select(number => new EventLoop($"MQTT sockets {number}"))];

    private uint _next;

    /// <summary>The loop of the next connection.</summary>
    public EventLoop Next() => _loops[Interlocked.Increment(ref _next) % _loops.Length];

    /// <summary>Ends all; nobody may use them any more.</summary>
    public void Dispose() => Array.ForEach(_loops, loop => loop.Dispose());
}
