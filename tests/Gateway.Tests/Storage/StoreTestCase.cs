using System;
using System.Linq;
using Defender.Gateway.Tests.Running;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Defender.Gateway.Tests.Storage;

/// <summary>A fact about a store, for the class it runs in.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    /// <summary>For the runner, which fills it.</summary>
    [Obsolete("For the runner only.")]
    public StoreTestCase()
    {
    }

    public StoreTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        PostgresServer.Binaries is null && TestMethod.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgresAttribute)).Any()
            ? "needs PostgreSQL: apt-get install postgresql"
            : base.GetSkipReason(factAttribute);
}
