using Defender.Gateway.Storage;

namespace Defender.Gateway.Control;

/// <summary>Takes what mitigation actions find to whoever is told of alarms.</summary>
internal interface IFindingPublisher
{
    /// <summary>
    /// Adds a finding to a batch, so that it is sent if and only if the batch is stored. Called under the lock of the account:
    /// nothing may be waited for.
    /// </summary>
    /// <param name="batch">Where its messages go.</param>
    /// <param name="topicArn">As the action names it.</param>
    /// <param name="messageId">By which receivers know one that comes twice.</param>
    /// <param name="body">The finding, UTF-8 JSON.</param>
    /// <exception cref="ControlException">It cannot be published; the message says why.</exception>
    void Publish(StoreBatch batch, string topicArn, string messageId, byte[] body);
}
