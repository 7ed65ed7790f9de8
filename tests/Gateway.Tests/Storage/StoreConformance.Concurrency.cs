using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

// Several threads.
public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task Readers_beside_a_writer_see_whole_commits_only()
    {
        const int Commits = 60;
        using IStore store = Open();
        int committed = -1;
        void Write()
        {
            for (int i = 0; i < Commits; i++)
            {
                store.Commit(Pair(i));
                Volatile.Write(ref committed, i);
            }
        }

        Task writer = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        IEnumerable<Task> readers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                do
                    AssertSeesPairs(store, atLeast: Volatile.Read(ref committed));
                while (!writer.IsCompleted);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));

        await Task.WhenAll([writer, .. readers]).WaitAsync(3 * TestGateway.Deadline);
        AssertSeesPairs(store, atLeast: Commits - 1);
    }

    [StoreFact]
    public async Task What_is_old_is_forgotten_beside_a_writer()
    {
        const int Commits = 150;
        using IStore store = Open();
        void Write()
        {
            for (int i = 0; i < Commits; i++)
                store.Commit(Pair(i));
        }

        Task writer = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task forgetting = Task.Factory.StartNew(
            () =>
            {
                do
                    store.DeleteBefore(DateTimeOffset.MinValue, Noon.AddYears(-1));
                while (!writer.IsCompleted);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await Task.WhenAll(writer, forgetting).WaitAsync(3 * TestGateway.Deadline);
        AssertSeesPairs(store, atLeast: Commits - 1);
    }

    [StoreFact]
    public async Task Commits_of_several_threads_follow_one_another()
    {
        const int Threads = 4;
        const int Commits = 15;
        using IStore store = Open();
        void Write(int thread)
        {
            for (int i = 0; i < Commits; i++)
            {
                store.Commit(Batch(batch =>
                {
                    batch.ThingStates.AddRange([State($"own-{thread}", $"{i}", inAlarm: true), State("shared", $"{thread}-{i}", inAlarm: true)]);
                    batch.Values["shared"] = Bytes($"{thread}-{i}");
                    batch.ViolationEvents.Add(Begin($"v-{thread}-{i}"));
                    batch.MetricBlocks.Add(Block($"own-{thread}", Noon.AddDays(thread).AddMinutes(i), $"{i}"));
                    batch.Outbox.AddRange([Message($"{thread}", $"{i}"), Message($"{thread}", $"{i}+")]);
                }));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () => Write(thread), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).WaitAsync(3 * TestGateway.Deadline);

        Assert.Equal(store.ReadValue("shared"), store.ReadThingState("shared"));
        Assert.Equal(Threads * Commits, store.ListActiveViolations(ViolationFilter.None, before: null, 1000).Count);
        for (int thread = 0; thread < Threads; thread++)
        {
            Assert.Equal(Bytes($"{Commits - 1}"), store.ReadThingState($"own-{thread}"));
            Assert.Equal(Enumerable.Range(0, Commits).Reverse().Select(i => $"{i}"), TextsOf(store, $"own-{thread}"));
            IReadOnlyList<OutboxRow> messages = store.ReadOutbox($"{thread}", 0, 1000);
            Assert.Equal(Enumerable.Range(0, Commits).SelectMany(i => new[] { $"{i}", $"{i}+" }), messages.Select(row => row.Message.MessageId));
            Assert.All(messages.Chunk(2), pair => Assert.Equal(pair[0].Id + 1, pair[1].Id)); // a batch was not torn by another
        }
    }

    // Two of everything, and each pair of the same commit.
    private static StoreBatch Pair(int i) => Batch(batch =>
    {
        batch.Resources.AddRange([Resource("kind", "a", $"{i}"), Resource("kind", "b", $"{i}")]);
        batch.ThingStates.AddRange([State("a", $"{i}", inAlarm: i % 2 == 0), State("b", $"{i}", inAlarm: i % 2 == 0)]);
        batch.ViolationEvents.AddRange([Begin($"a{i}"), Begin($"b{i}", Noon.AddSeconds(1)), End($"a{i - 1}", type: "end"), End($"b{i - 1}", type: "end")]);
        batch.MetricBlocks.AddRange([Block("a", Noon, $"{i}"), Block("a", Midnight, $"{i}"), Block("a", Midnight.AddDays(1), $"{i}")]);
        batch.Outbox.AddRange([Message("a", $"{i}"), Message("b", $"{i}"), Message("a", $"{i}")]);
    });

    private static void AssertSeesPairs(IStore store, int atLeast)
    {
        if (atLeast < 0)
            return;
        int resource = AllOf(store.ReadResources().Select(row => row.Document!));
        Assert.InRange(resource, atLeast, int.MaxValue);
        Assert.InRange(AllOf([store.ReadThingState("a")!]), resource, int.MaxValue);
        int[] active = [.. store.ListActiveViolations(ViolationFilter.None, before: null, 100).Select(row => int.Parse(row.ViolationId[1..], null))];
        Assert.Equal(2, active.Length);
        Assert.Equal(active[0], active[1]);
        Assert.InRange(active[0], resource, int.MaxValue);
        Assert.Equal(0, EventsOf(store, ViolationFilter.None).Count % 4);
        int block = AllOf(store.ReadMetricBlocks("a", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 10).Select(row => row.Data.ToArray()));
        Assert.InRange(block, active[0], int.MaxValue);
        IReadOnlyDictionary<string, long> waiting = store.CountOutbox();
        Assert.Equal(2 * waiting["b"], waiting["a"]);
        Assert.Equal(0, store.ReadOutbox("a", 0, 1000).Count % 2);
        Assert.Contains(store.ListThingsInAlarm().Count, (int[])[0, 2]);
        Assert.InRange(store.MeasureSize(), 1, long.MaxValue);
    }

    private static int AllOf(IEnumerable<byte[]> texts) =>
        int.Parse(Assert.Single(texts.Select(System.Text.Encoding.UTF8.GetString).Distinct()), null);
}
