using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>Tests that take the whole machine, or look at a clock: one after the other, with nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StressCollection
{
    public const string Name = "stress";
}
