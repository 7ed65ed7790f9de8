using System;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>A run of the driver and what it took of the server.</summary>
/// <param name="Result">What the clients saw.</param>
/// <param name="ProcessorTime">Of the server, user and system.</param>
/// <param name="DriverTime">The same of this process: it has to be far less.</param>
/// <param name="AllocatedBytes">Of the gateway's managed heap; null where it does not tell.</param>
internal sealed record LoadRound(LoadResult Result, TimeSpan ProcessorTime, TimeSpan DriverTime, double? AllocatedBytes)
{
    public double MicrosecondsPerReport => ProcessorTime.TotalMicroseconds / Result.Acknowledged;

    public double DriverMicrosecondsPerReport => DriverTime.TotalMicroseconds / Result.Acknowledged;

    public double ReportsPerSecond => Result.Acknowledged / Result.Elapsed.TotalSeconds;

    /// <summary>Share of one processor.</summary>
    public double ProcessorShare => ProcessorTime / Result.Elapsed;

    public double? AllocatedPerReport => AllocatedBytes / Result.Acknowledged;
}
