using System;
using System.Collections.Generic;

namespace Defender.Gateway.Telemetry;

/// <summary>The process itself, under the names of .NET's own meter, which OTLP carries.</summary>
internal static class ProcessMetrics
{
    public static void AddTo(MetricRegistry registry)
    {
        Add(registry, "dotnet.process.cpu.time", "s", "Processor time of the process.", MetricFamilyKind.Counter, () => Environment.CpuUsage.TotalTime.TotalSeconds);
        Add(registry, "dotnet.process.memory.working_set", "By", "Memory of the process that is resident.", MetricFamilyKind.Gauge, () => Environment.WorkingSet);
        Add(registry, "dotnet.gc.heap.total_allocated", "By", "Bytes allocated since the start.", MetricFamilyKind.Counter, () => GC.GetTotalAllocatedBytes());
        Add(registry, "dotnet.gc.last_collection.heap.size", "By", "Size of the heap after the last collection.", MetricFamilyKind.Gauge, () => GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        registry.Add(new MetricFamily("dotnet.gc.collections", "{collection}", "Garbage collections.", MetricFamilyKind.Counter, ReadCollections) { IsOfRuntime = true });
    }

    private static void Add(MetricRegistry registry, string name, string unit, string description, MetricFamilyKind kind, Func<double> read) =>
        registry.Add(new MetricFamily(name, unit, description, kind, () => [new MetricPoint(read())]) { IsOfRuntime = true });

    private static IEnumerable<MetricPoint> ReadCollections()
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
            yield return new MetricPoint(GC.CollectionCount(generation), new KeyValuePair<string, object?>("gc.heap.generation", $"gen{generation}"));
    }
}
