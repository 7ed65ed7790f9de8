using System;
using System.IO;
using Xunit;

namespace Defender.Tests;

/// <summary>A fact over data that the repository does not carry: skipped, by name, where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string pathBelowShared)
    {
        string path = RepositoryFiles.Shared(pathBelowShared);
        if (!Path.Exists(path))
            Skip = $"needs shared/{pathBelowShared}, which this repository does not carry";
    }
}
