using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Agent.Core.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>What is built for the PC and for devices holds nothing that a device stumbles over.</summary>
public sealed class NanoSafetyTests
{
    private static readonly string Recorded = Path.Combine(RepositoryFiles.Root, "tests", "golden", "nano-members.txt");

    public static TheoryData<string> Assemblies => [.. NanoAssemblies.All.Select(assembly => assembly.Name)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Has_no_trap(string assembly)
    {
        (IReadOnlyList<NanoFinding> findings, IReadOnlyCollection<string> members) = NanoAssemblies.Inspect(assembly);

        Assert.Empty(findings);
        Assert.True(members.Count > 10, "the assembly was not read");
    }

    [Fact]
    public void Uses_exactly_the_recorded_members()
    {
        string[] used = MembersInUse();

        // To record an intended change: DEFENDER_RECORD=1 dotnet test tests/Agent.Core.Tests
        if (Environment.GetEnvironmentVariable("DEFENDER_RECORD") == "1")
            File.WriteAllLines(Recorded, used);

        Assert.Equal(File.ReadAllLines(Recorded), used);
    }

    [SharedFact("nano/nano-api-v1.txt")]
    public void Uses_only_members_that_nanoFramework_has() => Assert.Empty(NanoApi.Missing(MembersInUse()));

    // The projects of the device build them too, and nobody here sees them fail there.
    [Fact]
    public void The_tests_for_the_device_have_no_trap() => Assert.Empty(InspectDeviceTests().Findings);

    [SharedFact("nano/nano-api-v1.txt")]
    public void The_tests_for_the_device_use_only_members_that_nanoFramework_has()
    {
        string[] used = [.. InspectDeviceTests().Members.Where(id => !id[2..].StartsWith("Defender.", StringComparison.Ordinal))];

        Assert.Contains("M:nanoFramework.TestFramework.DataRowAttribute.#ctor(System.Object[])", used);
        Assert.Empty(NanoApi.Missing(used));
    }

    // Static constructors are more than Core needs, in whatever order they run.
    [Fact]
    public void Core_has_no_static_constructor() =>
        Assert.DoesNotContain(typeof(Report).Assembly.GetTypes(), type => type.TypeInitializer is not null);

    private static (IReadOnlyList<NanoFinding> Findings, IReadOnlyCollection<string> Members) InspectDeviceTests()
    {
        using Stream framework = Snippet.Compile(Sources("Nano.TestFramework"));
        using Stream tests = Snippet.Compile(Sources("Nano.Tests"), framework);
        return NanoGate.Inspect(tests, new NanoRules());
    }

    private static string[] Sources(string folder)
    {
        string root = Path.Combine(RepositoryFiles.Root, "tests", folder);
        string[] outside = ["Pc", "bin", "obj"];
        return [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !outside.Contains(Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)[0]))
            .Select(File.ReadAllText)];
    }

    // Those of one of the assemblies that another uses are compiled together on the device.
    private static string[] MembersInUse() =>
        [.. NanoAssemblies.All.SelectMany(assembly => NanoAssemblies.Inspect(assembly.Name).Members)
            .Where(id => !id[2..].StartsWith("Defender.", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
}
