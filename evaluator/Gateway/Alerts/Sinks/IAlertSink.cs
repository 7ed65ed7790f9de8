using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Takes one message at a time to where it belongs.</summary>
internal interface IAlertSink : IDisposable
{
    /// <summary>Tries once, in bounded time; what goes wrong is in the result, only being stopped is thrown.</summary>
    Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken cancellationToken);
}
