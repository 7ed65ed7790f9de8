using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using Defender.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Identity;

/// <summary>Counts refusals, and logs them as far as the budget goes.</summary>
internal sealed class IdentityRefusals(ILogger<IdentityRefusals> logger, LogBudget budget) : IIdentityRefusals
{
    private readonly long[] _counts = new long[Enum.GetValues<IdentityRefusal>().Length];

    public event Action<IdentityRefusal>? Refused;

    public long Count(IdentityRefusal refusal) => Volatile.Read(ref _counts[(int)refusal]);

    /// <summary>Shows the counts to who watches the gateway.</summary>
    public void AddTo(MetricRegistry registry) => registry.Add(new MetricFamily(
        "defender.identity.refusals",
        "{connection}",
        "Connections whose peer was refused before or at its CONNECT.",
        MetricFamilyKind.Counter,
        () => LabelNames.Of<IdentityRefusal>().Select((name, i) => new MetricPoint(Count((IdentityRefusal)i), KeyValuePair.Create<string, object?>("reason", name)))));

    /// <summary>Takes note of a refusal.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="peer">Who.</param>
    /// <param name="detail">What the log says; peers' text must be safe to show.</param>
    public void Add(IdentityRefusal refusal, EndPoint? peer, string detail)
    {
        Interlocked.Increment(ref _counts[(int)refusal]);
        if (budget.TryTake(LogSubject.Identity, out string leftOut))
            logger.ConnectionRefused($"{peer}", detail, leftOut);
        Refused?.Invoke(refusal);
    }
}
