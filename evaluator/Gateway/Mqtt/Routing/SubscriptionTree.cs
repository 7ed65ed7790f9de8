using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>
/// Who wants which topics: one node per level of the filters, so that finding the subscribers of a topic costs its levels
/// and not the number of subscriptions. Not thread-safe.
/// </summary>
/// <typeparam name="TKey">Who subscribes.</typeparam>
/// <typeparam name="TValue">What is known of a subscription.</typeparam>
/// <param name="hashMatchesParent">Whether <c>sensor/#</c> matches <c>sensor</c>: by the specification yes, by AWS no.</param>
internal sealed class SubscriptionTree<TKey, TValue>(bool hashMatchesParent)
    where TKey : notnull
{
    private readonly Node _root = new();

    /// <summary>Adds a subscription, or replaces the one that is there; true when it is new.</summary>
    public bool Add(ReadOnlySpan<byte> filter, TKey subscriber, TValue value)
    {
        Node node = _root;
        foreach (Range level in filter.Split((byte)'/'))
            node = node.GetOrAddChild(filter[level]);
        return node.Subscribe(subscriber, value);
    }

    /// <summary>Removes a subscription and the nodes that only it needed.</summary>
    public void Remove(ReadOnlySpan<byte> filter, TKey subscriber)
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

        node.Unsubscribe(subscriber);
        while (node.IsEmpty && path.TryPop(out (Node Parent, byte[] Level) step))
        {
            step.Parent.RemoveChild(step.Level);
            node = step.Parent;
        }
    }

    /// <summary>Collects the subscriptions that match a topic, each once; a subscriber comes once for each of its filters.</summary>
    /// <remarks>MQTT-4.7.2-1: a filter that starts with a wildcard does not match topics that start with <c>$</c>.</remarks>
    public void Match(ReadOnlySpan<byte> topic, List<TValue> matches)
    {
        bool isReserved = topic is [(byte)'$', ..];
        Match(_root, topic, wildcards: !isReserved, matches);
    }

    // As deep as the deepest filter, whatever the topic: MqttLimits.MaxTopicSlashes.
    private void Match(Node node, ReadOnlySpan<byte> rest, bool wildcards, List<TValue> matches)
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

    private void Descend(Node node, ReadOnlySpan<byte> rest, int slash, List<TValue> matches)
    {
        if (slash >= 0)
        {
            Match(node, rest[(slash + 1)..], wildcards: true, matches);
            return;
        }

        node.CollectInto(matches);
        if (hashMatchesParent && node.TryGetChild("#"u8, out Node? all))
            all.CollectInto(matches);
    }

    private sealed class Node
    {
        private Dictionary<byte[], Node>? _children;
        private Dictionary<TKey, TValue>? _subscribers;

        public bool IsEmpty => _subscribers is null && _children is null;

        public bool TryGetChild(ReadOnlySpan<byte> level, [NotNullWhen(true)] out Node? child)
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

        public void RemoveChild(byte[] level)
        {
            _children!.Remove(level);
            if (_children.Count == 0)
                _children = null;
        }

        public bool Subscribe(TKey subscriber, TValue value)
        {
            _subscribers ??= [];
            bool isNew = !_subscribers.ContainsKey(subscriber);
            _subscribers[subscriber] = value;
            return isNew;
        }

        public void Unsubscribe(TKey subscriber)
        {
            if (_subscribers is not null && _subscribers.Remove(subscriber) && _subscribers.Count == 0)
                _subscribers = null;
        }

        public void CollectInto(List<TValue> matches)
        {
            if (_subscribers is not null)
                matches.AddRange(_subscribers.Values);
        }
    }
}
