using System;
using System.Collections.Generic;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt;

/// <summary>
/// Who wants which topics: one node per level of the filters, so that finding the subscribers of a topic costs its levels
/// and not the number of subscriptions. Not thread-safe.
/// </summary>
/// <typeparam name="T">The subscriber.</typeparam>
internal sealed class SubscriptionTree<T>
    where T : notnull
{
    private readonly Node _root = new();

    /// <summary>Adds a subscription, or changes the QoS of the one that is there.</summary>
    public void Add(ReadOnlySpan<byte> filter, T subscriber, MqttQoS qos)
    {
        Node node = _root;
        foreach (Range level in filter.Split((byte)'/'))
            node = node.GetOrAddChild(filter[level]);
        (node.Subscribers ??= [])[subscriber] = qos;
    }

    /// <summary>Removes a subscription and the nodes that only it needed.</summary>
    public void Remove(ReadOnlySpan<byte> filter, T subscriber)
    {
        var path = new Stack<(Node Parent, byte[] Level)>();
        Node node = _root;
        foreach (Range level in filter.Split((byte)'/'))
        {
            if (!node.TryGetChild(filter[level], out Node? child))
                return;
            path.Push((node, filter[level].ToArray()));
            node = child;
        }

        node.Subscribers?.Remove(subscriber);
        while (node.IsEmpty && path.TryPop(out (Node Parent, byte[] Level) step))
        {
            step.Parent.RemoveChild(step.Level);
            node = step.Parent;
        }
    }

    /// <summary>Collects the subscribers of a topic; one with several matching filters comes once, with the highest QoS.</summary>
    /// <remarks>
    /// AWS: <c>sensor/#</c> does not match <c>sensor</c>. MQTT 3.1.1 section 4.7.2: a filter that starts with a wildcard
    /// does not match topics that start with <c>$</c>.
    /// </remarks>
    public void Match(ReadOnlySpan<byte> topic, Dictionary<T, MqttQoS> matches)
    {
        bool isReserved = topic is [(byte)'$', ..];
        Match(_root, topic, wildcards: !isReserved, matches);
    }

    // As deep as the deepest filter, whatever the topic: MqttLimits.MaxFilterSlashes.
    private static void Match(Node node, ReadOnlySpan<byte> rest, bool wildcards, Dictionary<T, MqttQoS> matches)
    {
        int slash = rest.IndexOf((byte)'/');
        ReadOnlySpan<byte> level = slash < 0 ? rest : rest[..slash];
        if (wildcards && node.TryGetChild("#"u8, out Node? all))
            all.CollectInto(matches);
        if (wildcards && node.TryGetChild("+"u8, out Node? any))
            Descend(any, rest, slash, matches);
        if (node.TryGetChild(level, out Node? child))
            Descend(child, rest, slash, matches);
    }

    private static void Descend(Node node, ReadOnlySpan<byte> rest, int slash, Dictionary<T, MqttQoS> matches)
    {
        if (slash < 0)
            node.CollectInto(matches);
        else
            Match(node, rest[(slash + 1)..], wildcards: true, matches);
    }

    private sealed class Node
    {
        private Dictionary<byte[], Node>? _children;

        public Dictionary<T, MqttQoS>? Subscribers { get; set; }

        public bool IsEmpty => Subscribers is null or { Count: 0 } && _children is null or { Count: 0 };

        public bool TryGetChild(ReadOnlySpan<byte> level, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Node? child)
        {
            child = null;
            return _children is not null && _children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out child);
        }

        public Node GetOrAddChild(ReadOnlySpan<byte> level)
        {
            if (TryGetChild(level, out Node? child))
                return child;
            _children ??= new(Utf8Comparer.Instance);
            return _children[level.ToArray()] = new Node();
        }

        public void RemoveChild(byte[] level) => _children!.Remove(level);

        public void CollectInto(Dictionary<T, MqttQoS> matches)
        {
            if (Subscribers is null)
                return;
            foreach ((T subscriber, MqttQoS qos) in Subscribers)
            {
                if (!matches.TryGetValue(subscriber, out MqttQoS best) || qos > best)
                    matches[subscriber] = qos;
            }
        }
    }
}
