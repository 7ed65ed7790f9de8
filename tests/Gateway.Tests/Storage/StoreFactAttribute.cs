using System;
using Xunit;
using Xunit.Sdk;

namespace Defender.Gateway.Tests.Storage;

/// <summary>A fact about a store: skipped, by name, in classes whose database server is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Defender.Gateway.Tests.Storage." + nameof(StoreFactDiscoverer), "Defender.Gateway.Tests")]
public sealed class StoreFactAttribute : FactAttribute;
