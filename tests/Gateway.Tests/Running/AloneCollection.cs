using Xunit;

namespace Defender.Gateway.Tests.Running;

/// <summary>Tests that take or measure what all of the process share: each runs while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
