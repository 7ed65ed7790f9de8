using System;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors.Live;

/// <summary>A fact in a network namespace of its own: skipped, saying why, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute() => Skip = NetworkNamespace.WhyNot;
}
