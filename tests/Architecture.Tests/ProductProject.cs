using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Defender.Tests;

namespace Defender.Architecture.Tests;

/// <summary>One row of the reference table: what a product project may reference and what its code may not touch.</summary>
/// <param name="Folder">The project's folder below the repository root.</param>
/// <param name="Name">The project file without its extension, and the root namespace.</param>
/// <param name="Assembly">The file it builds.</param>
/// <param name="MayReference">The product projects it may reference.</param>
/// <param name="MayNotTouch">Namespaces, or full type names, that its code may not use.</param>
/// <param name="Except">Types of those namespaces that it may use after all.</param>
public sealed record ProductProject(
    string Folder, string Name, string Assembly, string[] MayReference, string[] MayNotTouch, params string[] Except)
{
    private static readonly string[] Files = ["System.IO.File", "System.IO.FileStream", "System.IO.Directory", "System.IO.Path", "System.IO.FileInfo"];

    /// <summary>The table.</summary>
    public static readonly ProductProject[] All =
    [
        new("agent/Core", "Defender.Agent.Core", "Defender.Agent.Core.dll", [],
            ["System.Collections.Generic", "System.Linq", "System.Threading.Tasks", "System.IO", "System.Net", "System.Console", "System.TimeProvider", "Microsoft"]),
        new("agent/Mqtt", "Defender.Mqtt", "Defender.Mqtt.dll", [],
            ["Microsoft", "System.Console", .. Files]),
        new("agent/Linux", "Defender.Agent.Linux", "defender-agent.dll", ["Defender.Agent.Core", "Defender.Mqtt", "Defender.Hardware"],
            ["Microsoft.AspNetCore", "Defender.Evaluator", "Defender.Gateway"],
            "Microsoft.Win32.SafeHandles.SafeFileHandle"),
        new("evaluator/Evaluator", "Defender.Evaluator", "Defender.Evaluator.dll", [],
            ["System.IO", "System.Net", "System.Console", "System.Threading", "System.Timers", "System.Random", "System.TimeProvider", "System.Diagnostics.Stopwatch", "Microsoft"],
            "System.Net.IPAddress"),
        new("evaluator/Gateway", "Defender.Gateway", "defender-gateway.dll", ["Defender.Evaluator", "Defender.Mqtt"],
            ["Defender.Agent"]),
    ];

    public string ProjectFile => Path.Combine(RepositoryFiles.Root, Folder, Name + ".csproj");

    public IEnumerable<string> References(string kind) =>
        XDocument.Load(ProjectFile).Descendants(kind).Select(element => Path.GetFileNameWithoutExtension((string)element.Attribute("Include")!.Value));

    public override string ToString() => Name;
}
