using System.IO;
using System.Linq;
using System.Reflection;

namespace Defender.Tests;

/// <summary>Where tests find the files of the repository and, when it is checked out beside it, the shared data.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = typeof(RepositoryFiles).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>A path below <c>tests/contract</c>: the wire contract's corpora.</summary>
    public static string Contract(params string[] parts) => Path.Combine([Root, "tests", "contract", .. parts]);

    /// <summary>
    /// A path below <c>../shared</c>: documents of others that the repository may not carry.
    /// Tests that need one are marked <see cref="SharedFactAttribute"/> and skipped where it is absent.
    /// </summary>
    public static string Shared(params string[] parts) => Path.Combine([Root, "..", "shared", .. parts]);
}
