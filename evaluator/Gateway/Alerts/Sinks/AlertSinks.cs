using System;
using System.Diagnostics;
using Defender.Gateway.Mqtt;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Makes the sink that options describe.</summary>
internal static class AlertSinks
{
    public static IAlertSink Open(SinkOptions options, IMessagePublisher publisher, TimeProvider timeProvider, ILogger logger) => options switch
    {
        MqttSinkOptions mqtt => new MqttSink(mqtt, publisher),
        WebhookSinkOptions webhook => new WebhookSink(webhook, timeProvider),
        CommandSinkOptions command => new CommandSink(command, timeProvider, logger),
        FileSinkOptions file => new FileSink(file),
        _ => throw new UnreachableException(),
    };
}
