using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Defender.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>The one assembly that agent/Firmware/Defender.Agent.Firmware.nfproj makes of its own, Core's and the drivers' sources.</summary>
internal static class FirmwareImage
{
    private const string Project = "agent/Firmware/Defender.Agent.Firmware.nfproj";


    // Not Core, drivers and firmware: those are compiled in.
    private static readonly string[] Referenced =
    [
        "System.Private.CoreLib.dll", "System.Runtime.dll", "System.Collections.NonGeneric.dll", "System.Collections.dll", "System.Net.Primitives.dll",
        "System.Net.Sockets.dll", "System.Net.NameResolution.dll", "System.Threading.dll", "System.Security.Cryptography.dll",
        "System.Device.Gpio.dll", "Defender.Hardware.Virtual.Nano.dll",
    ];

    /// <summary>Compiles the sources against the stand-ins, with the settings of a release for the device.</summary>
    public static MemoryStream Compile(IEnumerable<string> sources)
    {
        CSharpParseOptions options = new(LanguageVersion.CSharp9);
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Defender.Agent.Firmware",
            sources.Select(source => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(RepositoryFiles.Root, source)), options)),
            platform.Where(path => Referenced.Contains(Path.GetFileName(path))).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        MemoryStream assembly = new();
        string[] errors = [.. compilation.Emit(assembly).Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Select(error => error.ToString())];
        if (errors.Length > 0)
            throw new InvalidOperationException(string.Join('\n', errors));
        assembly.Position = 0;
        return assembly;
    }

    /// <summary>The project's sources, below the repository's root.</summary>
    /// <param name="unusedExclusions">What it leaves out though it is not there.</param>
    public static IReadOnlyList<string> ReadSources(out IReadOnlyList<string> unusedExclusions)
    {
        XDocument project = XDocument.Load(Path.Combine(RepositoryFiles.Root, Project));
        string[] files = [.. new[] { "agent", "hardware" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))];

        string leftOut = "";
        foreach (XElement property in project.Descendants().Where(element => element.Name.LocalName == "NotOnTheDevice"))
            leftOut = property.Value.Replace("$(NotOnTheDevice)", leftOut, StringComparison.Ordinal);
        Regex[] exclusions = [.. leftOut.Split(';').Select(Pattern)];
        unusedExclusions = [.. leftOut.Split(';').Where((_, i) => !files.Any(exclusions[i].IsMatch))];

        List<string> sources = [];
        foreach (XElement item in project.Descendants().Where(element => element.Name.LocalName == "Compile"))
        {
            bool leavesOut = ((string?)item.Attribute("Exclude") ?? "").Contains("$(NotOnTheDevice)", StringComparison.Ordinal);
            foreach (Regex include in ((string)item.Attribute("Include")!).Split(';').Select(Pattern))
                sources.AddRange(files.Where(file => include.IsMatch(file) && !(leavesOut && exclusions.Any(exclusion => exclusion.IsMatch(file)))));
        }

        return [.. sources.Distinct().Order(StringComparer.Ordinal)];
    }

    // MSBuild's wildcards, from the project's folder.
    private static Regex Pattern(string include)
    {
        string path = include.Replace('\\', '/');
        path = path.StartsWith("../../", StringComparison.Ordinal) ? path[6..]
            : path.StartsWith("../", StringComparison.Ordinal) ? "agent/" + path[3..]
            : "agent/Firmware/" + path;
        string expression = Regex.Escape(path).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return new Regex($"^{expression}$");
    }
}
