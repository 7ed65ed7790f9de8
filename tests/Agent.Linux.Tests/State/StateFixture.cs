using System;
using System.IO;
using Defender.Agent.Linux.State;
using Defender.Tests;

namespace Defender.Agent.Linux.Tests.State;

/// <summary>A state directory of one test.</summary>
internal sealed class StateFixture : IDisposable
{
    public StateFixture() => Log = new LogLines(new ManualTime());

    public string Path { get; } = Directory.CreateTempSubdirectory("defender-state-").FullName;

    public LogLines Log { get; }

    public string SpoolPath => System.IO.Path.Combine(Path, "spool");

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        Log.Dispose();
    }

    public StateDirectory Open() => new(Path, Log.Log);

    public Spool OpenSpool(int capacity = 64) => new(Open(), capacity, Log.Log);
}
