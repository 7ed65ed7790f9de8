using System;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Defender.Tests;
using Xunit;

namespace Defender.Architecture.Tests;

public sealed class ReferenceTableTests
{
    public static TheoryData<string> Projects => [.. ProductProject.All.Select(project => project.Name)];

    public static TheoryData<string> BuiltProjects => [.. ProductProject.All.Where(project => project.Assembly.Length > 0).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_table_allows(string name)
    {
        ProductProject project = Find(name);

        Assert.Empty(project.References("ProjectReference").Except(project.MayReference));
    }

    [Theory]
    [InlineData("Defender.Agent.Core")]
    [InlineData("Defender.Mqtt")]
    [InlineData("Defender.Evaluator")]
    [InlineData("Defender.Agent.Linux")]
    public void Only_the_gateway_takes_packages_or_frameworks(string name)
    {
        ProductProject project = Find(name);

        Assert.Empty(project.References("PackageReference"));
        Assert.Empty(project.References("FrameworkReference"));
    }

    [Theory]
    [MemberData(nameof(BuiltProjects))]
    public void Code_stays_out_of_what_the_table_forbids(string name)
    {
        ProductProject project = Find(name);

        string[] used = TypesUsedBy(Path.Combine(AppContext.BaseDirectory, project.Assembly));

        Assert.True(used.Length > 10, "the assembly's type references were not read");
        string[] forbidden = [.. used.Where(type => project.MayNotTouch.Any(denied => IsIn(type, denied)) && !project.Except.Contains(type))];
        Assert.Empty(forbidden);
    }

    [Fact]
    public void Every_product_project_stands_in_the_table()
    {
        string[] folders = ["agent", "evaluator", "hardware"];
        string[] found = [.. folders
            .SelectMany(folder => SourceTree.FilesBelow(folder, "*.csproj"))
            .Select(Path.GetFileNameWithoutExtension)
            .Select(name => name!)
            .Order()];

        Assert.Equal(ProductProject.All.Select(project => project.Name).Order(), found);
    }

    [Fact]
    public void Every_project_stands_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "DefenderAgent.sln"));

        string[] missing = [.. SourceTree.FilesBelow(".", "*.csproj").Concat(SourceTree.FilesBelow(".", "*.nfproj")).Where(path => !solution.Contains(Path.GetFileName(path), StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    private static ProductProject Find(string name) => ProductProject.All.Single(project => project.Name == name);

    private static bool IsIn(string type, string denied) =>
        type == denied || type.StartsWith(denied + ".", StringComparison.Ordinal);

    private static string[] TypesUsedBy(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.TypeReferences
            .Select(metadata.GetTypeReference)
            .Where(type => type.ResolutionScope.Kind != HandleKind.TypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .Where(type => !type.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal))];
    }
}
