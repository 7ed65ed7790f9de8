using System.Threading;

namespace Defender.Gateway.Telemetry;

/// <summary>
/// Counters that belong together, by number. Thread-safe; adding allocates nothing. Where many threads count at once, each
/// processor has cells of its own, which are summed when somebody reads.
/// </summary>
/// <param name="size">How many counters.</param>
/// <param name="isHot">Whether packets and reports count in them.</param>
internal sealed class CounterSet(int size, bool isHot = false)
{
    // Cells of one cache line belong to one stripe.
    private const int CellsPerLine = 16;
    private const int HotStripes = 8;

    private readonly int _stripes = isHot ? HotStripes : 1;
    private readonly int _width = ((size + CellsPerLine - 1) / CellsPerLine * CellsPerLine) + CellsPerLine;
    private readonly long[] _cells = new long[(isHot ? HotStripes : 1) * (((size + CellsPerLine - 1) / CellsPerLine * CellsPerLine) + CellsPerLine)];

    public void Add(int counter, long count = 1)
    {
        int stripe = _stripes == 1 ? 0 : Thread.GetCurrentProcessorId() & (HotStripes - 1);
        Interlocked.Add(ref _cells[(stripe * _width) + counter], count);
    }

    public long this[int counter]
    {
        get
        {
            long sum = 0;
            for (int stripe = 0; stripe < _stripes; stripe++)
                sum += Volatile.Read(ref _cells[(stripe * _width) + counter]);
            return sum;
        }
    }
}
