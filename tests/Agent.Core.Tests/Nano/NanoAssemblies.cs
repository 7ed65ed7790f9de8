using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>The assemblies whose sources also run on nanoFramework: a line each, and a project reference.</summary>
internal static class NanoAssemblies
{
    public static readonly (string Name, NanoRules Rules)[] All =
    [
        ("Defender.Agent.Core", new NanoRules()),
        ("Defender.Hardware", new NanoRules()),

        // The strength of a Wi-Fi network is a double there.
        ("Defender.Agent.Firmware", new NanoRules(AllowsThreads: true, AllowsFloatingPoint: true)),
    ];

    /// <summary>Inspects one of them.</summary>
    public static (IReadOnlyList<NanoFinding> Findings, IReadOnlyCollection<string> Members) Inspect(string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        return NanoGate.Inspect(file, All.Single(assembly => assembly.Name == name).Rules);
    }
}
