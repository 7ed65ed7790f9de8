using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Defender.Evaluator.Reports;
using Defender.Gateway.Mqtt.Routing;

namespace Defender.Gateway.Admin;

/// <summary>
/// The last rejects of each thing, in memory: what an operator asks about first when a device is not seen. The thing whose
/// newest reject is the oldest makes room. Thread-safe.
/// </summary>
/// <param name="capacity">Most things, 1 or more.</param>
internal sealed class RejectLog(int capacity = RejectLog.DefaultCapacity)
{
    /// <summary>A few megabytes.</summary>
    public const int DefaultCapacity = 2000;

    /// <summary>Rejects that are kept of each thing.</summary>
    public const int RejectsPerThing = 5;

    // Of what a peer sends: an operator needs its beginning.
    private const int MaxTextLength = 400;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], LinkedListNode<Entry>> _things = new(Utf8Comparer.Instance);
    private readonly LinkedList<Entry> _byTime = [];

    /// <summary>A report was rejected.</summary>
    public void Report(ReadOnlySpan<byte> thing, in ReportError error, int bytes, DateTimeOffset time) =>
        Add(thing, new Reject(time, error.Code, $"{error.Rule}", Shorten(error.Path), Shorten(error.Message), bytes));

    /// <summary>An operation of a client was not allowed.</summary>
    /// <param name="clientId">The client, which is the thing.</param>
    /// <param name="operation">AWS's name of it: iot:Connect, iot:Publish, iot:Subscribe or iot:Receive.</param>
    /// <param name="topic">Topic or filter; empty for iot:Connect.</param>
    /// <param name="bytes">Size of the payload; 0 where there is none.</param>
    /// <param name="time">When.</param>
    public void NotAuthorized(ReadOnlySpan<byte> clientId, string operation, ReadOnlySpan<byte> topic, int bytes, DateTimeOffset time) =>
        Add(clientId, new Reject(time, "NotAuthorized", operation, Printable.Name(topic), $"No policy allows {operation} here.", bytes));

    /// <summary>The rejects of a thing, the newest first; none of one that has had none lately.</summary>
    public IReadOnlyList<Reject> Of(string thing)
    {
        lock (_gate)
            return _things.TryGetValue(Encoding.UTF8.GetBytes(thing), out LinkedListNode<Entry>? node) ? node.Value.NewestFirst() : [];
    }

    /// <summary>The things that have had rejects lately, those with the newest first.</summary>
    public IReadOnlyList<string> Things()
    {
        lock (_gate)
            return [.. _byTime.Select(entry => Encoding.UTF8.GetString(entry.Thing))];
    }

    private void Add(ReadOnlySpan<byte> thing, Reject reject)
    {
        // A name that is longer than any thing's is shown as far as one goes.
        thing = thing[..Math.Min(thing.Length, 2 * Evaluator.Things.ThingName.MaxLength)];
        lock (_gate)
        {
            if (_things.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(thing, out LinkedListNode<Entry>? node))
            {
                _byTime.Remove(node);
            }
            else
            {
                if (_things.Count >= capacity)
                {
                    _things.Remove(_byTime.Last!.Value.Thing);
                    _byTime.RemoveLast();
                }

                node = new LinkedListNode<Entry>(new Entry(thing.ToArray()));
                _things.Add(node.Value.Thing, node);
            }

            node.Value.Add(reject);
            _byTime.AddFirst(node);
        }
    }

    private static string Shorten(string text) => text.Length <= MaxTextLength ? text : $"{text.AsSpan(0, MaxTextLength)}...";

    private sealed class Entry(byte[] thing)
    {
        private readonly Reject?[] _rejects = new Reject?[RejectsPerThing];
        private int _added;

        public byte[] Thing { get; } = thing;

        public void Add(Reject reject) => _rejects[_added++ % RejectsPerThing] = reject;

        public Reject[] NewestFirst() =>
            [.. Enumerable.Range(1, Math.Min(_added, RejectsPerThing)).Select(back => _rejects[(_added - back) % RejectsPerThing]!)];
    }
}
