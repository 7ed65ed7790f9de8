using System;
using System.IO;
using System.Reflection;
using Defender.Tests;
using Xunit;

namespace Defender.Architecture.Tests;

public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Defender.Evaluator")]
    [InlineData("Defender.Mqtt")]
    public void The_public_surface_is_the_recorded_one(string assembly)
    {
        string recorded = Path.Combine(RepositoryFiles.Root, "tests", "golden", $"{assembly}.api.txt");
        string actual = PublicApi.Describe(Assembly.Load(assembly));

        // To record an intended change: DEFENDER_RECORD=1 dotnet test tests/Architecture.Tests
        if (Environment.GetEnvironmentVariable("DEFENDER_RECORD") == "1")
            File.WriteAllText(recorded, actual);

        Assert.Equal(File.ReadAllText(recorded), actual);
    }
}
