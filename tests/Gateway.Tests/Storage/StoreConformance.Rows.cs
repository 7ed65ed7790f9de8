using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

// The rows of the tests, and a batch that has something in each of its lists.
public abstract partial class StoreConformance
{
    private protected static StoreBatch Batch(Action<StoreBatch> fill)
    {
        var batch = new StoreBatch();
        fill(batch);
        return batch;
    }

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected static ThingStateRow State(string thing, string content, bool inAlarm, DateTimeOffset? at = null) =>
        new(thing, Bytes(content), inAlarm, at ?? Noon);

    private protected static ResourceRow Resource(string kind, string name, string? document) =>
        new(kind, name, document is null ? null : Bytes(document));

    /// <summary>An event that begins a violation.</summary>
    private protected static StoredViolationEvent Begin(string id, DateTimeOffset? at = null, string thing = "pump-17") =>
        new(id, thing, "profile", "behavior", "STATIC", IsSuppressed: false, StoredViolationEvent.InAlarm, at ?? Noon, Bytes($"begin {id}"))
        {
            Behavior = Bytes($"behavior {id}"),
            MetricValue = Bytes($"value {id}"),
        };

    /// <summary>An event that ends a violation.</summary>
    private protected static StoredViolationEvent End(string id, DateTimeOffset? at = null, string type = "alarm-cleared") =>
        Begin(id, at) with { Type = type, Document = Bytes($"end {id}"), Behavior = null, MetricValue = null };

    private protected static MetricBlockRow Block(string thing, DateTimeOffset start, string data) => new(thing, start, Bytes(data));

    private protected static OutboxMessage Message(string destination, string id) => new(destination, id, Bytes($"body {id}"), Noon);

    private protected static VerificationRow Verified(string id, string state, string? description = null) => new(id, new Verification(state, description));

    private protected static string[] IdsOf(IEnumerable<StoredViolation> violations) => [.. violations.Select(row => row.ViolationId)];

    private protected static string[] IdsOf(IEnumerable<StoredViolationEvent> events) => [.. events.Select(row => row.ViolationId)];

    private protected static StoreBatch BatchOfAll(string name) => Batch(batch =>
    {
        batch.Resources.Add(Resource("kind", name, name));
        batch.ThingStates.Add(State($"thing-{name}", name, inAlarm: true));
        batch.ViolationEvents.Add(Begin($"violation-{name}"));
        batch.LastViolations.Add(new LastViolation($"violation-{name}", Noon.AddSeconds(1), Bytes(name)));
        batch.Verifications.Add(Verified($"violation-{name}", "UNKNOWN"));
        batch.MergedMetricBlocks.Add(new MetricBlockRange($"thing-{name}", Noon, Noon));
        batch.MetricBlocks.Add(Block($"thing-{name}", Noon, name));
        batch.Outbox.Add(Message("everyone", name));
        batch.Delivered.Add(long.MaxValue);
        batch.Values[name] = Bytes(name);
    });

    private protected static void AssertHoldsAll(IStore store, string name)
    {
        Assert.Contains($"kind {name} {name}", ResourcesOf(store));
        Assert.Equal(Bytes(name), store.ReadThingState($"thing-{name}"));
        Assert.Equal(Bytes(name), store.ReadViolation($"violation-{name}")!.LastViolationValue);
        Assert.Equal(Bytes(name), Assert.Single(store.ReadMetricBlocks($"thing-{name}", Noon, Noon, 10)).Data.ToArray());
        Assert.Single(store.ReadOutbox("everyone", 0, 100), row => row.Message.MessageId == name);
        Assert.Equal(Bytes(name), store.ReadValue(name));
    }

    private protected static void AssertHoldsNothing(IStore store, string name)
    {
        Assert.DoesNotContain($"kind {name} {name}", ResourcesOf(store));
        Assert.Null(store.ReadThingState($"thing-{name}"));
        Assert.DoesNotContain($"thing-{name}", store.ListThingsInAlarm());
        Assert.Null(store.ReadViolation($"violation-{name}"));
        Assert.DoesNotContain($"violation-{name}", IdsOf(store.ListViolationEvents(ViolationFilter.None, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, 100)));
        Assert.Empty(store.ReadMetricBlocks($"thing-{name}", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 10));
        Assert.DoesNotContain(store.ReadOutbox("everyone", 0, 100), row => row.Message.MessageId == name);
        Assert.Null(store.ReadValue(name));
    }

    private static void Spoil(StoreBatch batch, string member)
    {
        string violation = batch.ViolationEvents[0].ViolationId;
        switch (member)
        {
            case "Resources":
                batch.Resources.Add(new ResourceRow("kind", null!, [1]));
                break;
            case "ThingStates":
                batch.ThingStates.Add(new ThingStateRow("spoilt", new Unreadable().Memory, InAlarm: false, Noon));
                break;
            case "ViolationEvents":
                batch.ViolationEvents.Add(Begin("spoilt") with { Type = null! });
                break;
            case "Begin":
                batch.ViolationEvents.Add(Begin("spoilt") with { Behavior = null });
                break;
            case "LastViolations":
                batch.LastViolations.Add(new LastViolation(violation, Noon, null!));
                break;
            case "Verifications":
                batch.Verifications.Add(Verified(violation, null!));
                break;
            case "MetricBlocks":
                batch.MetricBlocks.Add(new MetricBlockRow("spoilt", Noon.AddDays(1), new Unreadable().Memory));
                break;
            case "Outbox":
                batch.Outbox.Add(new OutboxMessage(null!, "spoilt", [], Noon));
                break;
            default:
                batch.Values["spoilt"] = new Unreadable().Memory;
                break;
        }
    }

    /// <summary>Memory that fails when it is read.</summary>
    private sealed class Unreadable : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => throw new InvalidOperationException("unreadable");

        public override Memory<byte> Memory => CreateMemory(1);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new InvalidOperationException("unreadable");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
