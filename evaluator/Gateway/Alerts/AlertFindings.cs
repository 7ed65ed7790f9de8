using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Alerts;

/// <summary>Takes the findings of mitigation actions to the sinks, whatever their rate: people asked for each of them.</summary>
internal sealed class AlertFindings(AlertConfiguration configuration, TimeProvider timeProvider) : IFindingPublisher
{
    private readonly HashSet<string> _topics = configuration.Sinks.Select(sink => sink.TopicArn).ToHashSet(StringComparer.Ordinal);

    public void Publish(StoreBatch batch, string topicArn, string messageId, byte[] body)
    {
        if (!_topics.Contains(topicArn))
            throw ControlException.Invalid($"no sink stands for the topic {Printable.Shorten(topicArn)}: name one in the file of --alerts");
        batch.Outbox.Add(new OutboxMessage(AlertRouter.DestinationPrefix + topicArn, messageId, body, timeProvider.GetUtcNow()));
    }
}
