using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Defender.Tests;

namespace Defender.Architecture.Tests;

/// <summary>One row of the reference table: what a product project may reference and what its code may not touch.</summary>
/// <param name="Folder">The project's folder below the repository root.</param>
/// <param name="Name">The project file without its extension, and the root namespace.</param>
/// <param name="Assembly">The file it builds; "" when the default build leaves it out, for want of its packages.</param>
/// <param name="MayReference">The product projects it may reference.</param>
/// <param name="MayNotTouch">Namespaces, or full type names, that its code may not use.</param>
/// <param name="Except">Types of those namespaces that it may use after all.</param>
public sealed record ProductProject(
    string Folder, string Name, string Assembly, string[] MayReference, string[] MayNotTouch, params string[] Except)
{
    // What nanoFramework does not run, and what drivers and model have no business with.
    private static readonly string[] NotOnTheDevice =
        ["System.Collections.Generic", "System.Linq", "System.Threading.Tasks", "System.Console", "System.TimeProvider", "System.Text.Json", "Microsoft"];

    // Each of them is a large part of a native build; the agent has small ones of its own (Files, JsonSyntax, UtcText).
    private static readonly string[] NotInTheNativeBuild =
    [
        "System.Linq", "System.Text.Json", "System.Text.RegularExpressions", "System.Collections.Concurrent", "System.Console", "System.Net.IPEndPoint",
        "System.IO.File", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.IO.StreamReader", "System.IO.StreamWriter", "System.IO.RandomAccess",
    ];

    private static readonly string[] Files = ["System.IO.File", "System.IO.FileStream", "System.IO.Directory", "System.IO.Path", "System.IO.FileInfo"];

    /// <summary>The table.</summary>
    public static readonly ProductProject[] All =
    [
        new("agent/Core", "Defender.Agent.Core", "Defender.Agent.Core.dll", [],
            ["System.Collections.Generic", "System.Linq", "System.Threading.Tasks", "System.IO", "System.Net", "System.Console", "System.TimeProvider", "Microsoft"]),
        new("agent/Mqtt", "Defender.Mqtt", "Defender.Mqtt.dll", [],
            ["Microsoft", "System.Console", "System.Linq", .. Files]),
        new("agent/Linux", "Defender.Agent.Linux", "defender-agent.dll", ["Defender.Agent.Core", "Defender.Mqtt", "Defender.Hardware", "Defender.Hardware.RaspberryPi"],
            ["Microsoft.AspNetCore", "Defender.Evaluator", "Defender.Gateway", .. NotInTheNativeBuild],
            "Microsoft.Win32.SafeHandles.SafeFileHandle"),
        new("evaluator/Evaluator", "Defender.Evaluator", "Defender.Evaluator.dll", [],
            ["System.IO", "System.Net", "System.Console", "System.Threading", "System.Timers", "System.Random", "System.TimeProvider", "System.Diagnostics.Stopwatch", "Microsoft"],
            "System.Net.IPAddress"),
        new("evaluator/Gateway", "Defender.Gateway", "defender-gateway.dll", ["Defender.Evaluator", "Defender.Mqtt"],
            ["Defender.Agent"]),
        new("hardware", "Defender.Hardware", "Defender.Hardware.dll", ["System.Device.Gpio"],
            [.. NotOnTheDevice, "System.IO", "System.Net", "System.Threading.Thread", "System.Threading.Timer"]),
        new("hardware/RaspberryPi", "Defender.Hardware.RaspberryPi", "Defender.Hardware.RaspberryPi.dll", ["Defender.Hardware"],
            ["System.Net", "System.Console", "System.Threading", "System.TimeProvider", "Microsoft", "Defender.Agent"]),
        new("hardware/RaspberryPi/Gpio", "Defender.Hardware.RaspberryPi.Gpio", "", ["Defender.Hardware"], []),
        new("hardware/Virtual", "Defender.Hardware.Virtual", "defender-virtual-board.dll", ["Defender.Agent.Firmware"],
            ["System.Net", "Microsoft", "Defender.Evaluator", "Defender.Gateway"]),
        new("hardware/Virtual/Firmware", "Defender.Agent.Firmware", "Defender.Agent.Firmware.dll",
            ["Defender.Agent.Core", "Defender.Hardware", "Defender.Hardware.Virtual.Nano"],
            [.. NotOnTheDevice, "Defender.Mqtt", "Defender.Hardware.Virtual"]),
        new("hardware/Virtual/Gpio", "System.Device.Gpio", "System.Device.Gpio.dll", [],
            ["System.IO", "System.Net", "System.Threading.Tasks", "System.Console", "Microsoft"]),
        new("hardware/Virtual/Nano", "Defender.Hardware.Virtual.Nano", "Defender.Hardware.Virtual.Nano.dll", ["Defender.Mqtt"],
            ["System.Console", "Microsoft", "Defender.Agent", "Defender.Evaluator", "Defender.Gateway"]),
    ];

    public string ProjectFile => Path.Combine(RepositoryFiles.Root, Folder, Name + ".csproj");

    public IEnumerable<string> References(string kind) =>
        XDocument.Load(ProjectFile).Descendants(kind).Select(element => Path.GetFileNameWithoutExtension((string)element.Attribute("Include")!.Value));

    public override string ToString() => Name;
}
