using System;
using System.Buffers;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Snapshots;
using Xunit;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>State on its way through bytes.</summary>
internal static class SavedState
{
    public static byte[] Bytes(ThingState state)
    {
        var output = new ArrayBufferWriter<byte>();
        state.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public static ThingState Restore(ThingState state)
    {
        byte[] bytes = Bytes(state);
        Assert.True(ThingState.TryRead(bytes, out ThingState restored, out SnapshotError error), error.Message);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Bytes(restored)));
        return restored;
    }

    public static byte[] Bytes(FleetStatistics fleet)
    {
        var output = new ArrayBufferWriter<byte>();
        fleet.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public static FleetStatistics Restore(FleetStatistics fleet)
    {
        byte[] bytes = Bytes(fleet);
        Assert.True(FleetStatistics.TryRead(bytes, out FleetStatistics restored, out SnapshotError error), error.Message);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Bytes(restored)));
        return restored;
    }
}
