using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Interop.Tests;

public sealed class PackageTests
{
    [Fact]
    public async Task The_evaluator_packs_with_its_readme_and_without_dependencies()
    {
        string output = Directory.CreateTempSubdirectory("defender-pack-").FullName;
        try
        {
            string project = Path.Combine(RepositoryFiles.Root, "evaluator", "Evaluator");
            await using ChildProcess pack = ChildProcess.Start("dotnet", "pack", project, "-c", "Release", "--nologo", "-o", output);
            Assert.True(await pack.WaitForExitAsync() == 0, pack.Transcript);

            using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(output, "Defender.Evaluator.*.nupkg")));
            Assert.Contains("README.md", package.Entries.Select(entry => entry.FullName));
            Assert.Contains("lib/net10.0/Defender.Evaluator.dll", package.Entries.Select(entry => entry.FullName));
            using var specification = new StreamReader(package.GetEntry("Defender.Evaluator.nuspec")!.Open());
            string text = await specification.ReadToEndAsync();
            Assert.Contains("<readme>README.md</readme>", text, System.StringComparison.Ordinal);
            Assert.DoesNotContain("<dependency ", text, System.StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }
}
