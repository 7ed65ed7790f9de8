using System.Collections.Generic;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Defender.Gateway.Tests.Storage;

/// <summary>Finds the facts about stores. A fact is inherited, so whether it is skipped depends on the class it runs in.</summary>
public sealed class StoreFactDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new StoreTestCase(diagnostics, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}
