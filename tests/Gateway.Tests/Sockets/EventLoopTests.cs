using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>A loop and its targets, on descriptors that count.</summary>
public sealed class EventLoopTests : IDisposable
{
    private readonly EventLoop _loop = new("test loop");

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task A_target_is_told_on_the_loop_s_thread_and_resumed_there_by_anybody()
    {
        using var target = new Counter();
        _loop.Add(target.Descriptor, SocketEvents.Readable, target);
        target.Count();
        await Eventually.TrueAsync(() => target.Told == 1, "it is told");

        _loop.Resume(target);

        await Eventually.TrueAsync(() => target.Resumes == 1, "it is resumed");
        Assert.Equal("test loop", target.Thread);
        _loop.Remove(target.Descriptor);
        target.Count();
        await TurnAsync();
        Assert.Equal(1, target.Told);
    }

    [Fact]
    public async Task Nobody_is_told_of_what_happened_to_who_had_its_descriptor_before()
    {
        // While the loop's thread is kept, two things happen, so that they are told of in one go; and where the first is told, the
        // second's descriptor becomes another's.
        using ManualResetEventSlim isKept = new(), goOn = new();
        using Counter keeper = new(), first = new(), second = new();
        using var heir = new Counter(second.Descriptor);
        keeper.OnTold = () =>
        {
            isKept.Set();
            goOn.Wait(TestGateway.Deadline);
        };
        first.OnTold = () =>
        {
            second.Clear();
            _loop.Remove(second.Descriptor);
            _loop.Add(heir.Descriptor, SocketEvents.Readable, heir);
        };
        foreach (Counter target in (Counter[])[keeper, first, second])
            _loop.Add(target.Descriptor, SocketEvents.Readable, target);
        keeper.Count();
        Assert.True(isKept.Wait(TestGateway.Deadline));
        first.Count();
        second.Count();
        goOn.Set();

        await Eventually.TrueAsync(() => first.Told == 1, "the first is told");
        await TurnAsync();
        Assert.Equal((0, 0), (second.Told, heir.Told));
        heir.Count();
        await Eventually.TrueAsync(() => heir.Told == 1, "the heir is told of its own");
        _loop.Remove(heir.Descriptor);
    }

    [Fact]
    public async Task Who_watches_for_something_else_is_still_told()
    {
        using var target = new Counter();
        _loop.Add(target.Descriptor, SocketEvents.None, target);
        target.Count();
        await TurnAsync();
        Assert.Equal(0, target.Told);

        _loop.Change(target.Descriptor, SocketEvents.Readable);

        await Eventually.TrueAsync(() => target.Told == 1, "it is told");
        _loop.Remove(target.Descriptor);
    }

    [Fact]
    public async Task Who_resumes_again_and_again_does_not_keep_others_from_being_told()
    {
        using Counter busy = new(), other = new();
        using var end = new ManualResetEventSlim();
        busy.OnResumed = () =>
        {
            if (!end.IsSet)
                _loop.Resume(busy);
        };
        _loop.Add(other.Descriptor, SocketEvents.Readable, other);
        _loop.Resume(busy);
        await Eventually.TrueAsync(() => busy.Resumes > 100, "it is resumed");

        other.Count();

        await Eventually.TrueAsync(() => other.Told == 1, "the other is told");
        end.Set();
        _loop.Remove(other.Descriptor);
    }

    [Fact]
    public async Task Thousands_of_resumptions_from_many_threads_are_all_served()
    {
        using var target = new Counter();
        await Parallel.ForAsync(0, 20_000, (_, _) =>
        {
            _loop.Resume(target);
            return ValueTask.CompletedTask;
        });

        await Eventually.TrueAsync(() => target.Resumes == 20_000, "all are served");
    }

    [Fact]
    public void A_loop_that_is_disposed_of_serves_nobody()
    {
        using var target = new Counter();
        _loop.Dispose();

        _loop.Add(target.Descriptor, SocketEvents.Readable, target);
        target.Count();
        _loop.Change(target.Descriptor, SocketEvents.None);
        _loop.Resume(target);
        _loop.Remove(target.Descriptor);

        Assert.Equal((0, 0), (target.Told, target.Resumes));
    }

    // Everything that happened before has been told by then.
    private async Task TurnAsync()
    {
        using var turn = new Counter();
        _loop.Add(turn.Descriptor, SocketEvents.Readable, turn);
        turn.Count();
        await Eventually.TrueAsync(() => turn.Told == 1, "a turn is over");
        _loop.Remove(turn.Descriptor);
    }

    /// <summary>An eventfd, which is empty again once it was told of.</summary>
    private sealed class Counter : IEventTarget, IDisposable
    {
        private readonly bool _isOwn;
        private int _told;
        private int _resumes;

        public Counter()
        {
            Descriptor = Libc.EventDescriptor(0, Libc.NonBlocking | Libc.CloseOnExec);
            _isOwn = true;
        }

        public Counter(int descriptor) => Descriptor = descriptor;

        public int Descriptor { get; }

        public int Told => Volatile.Read(ref _told);

        public int Resumes => Volatile.Read(ref _resumes);

        public string? Thread { get; private set; }

        public Action? OnTold { get; set; }

        public Action? OnResumed { get; set; }

        public void Count()
        {
            ulong one = 1;
            Assert.Equal(sizeof(ulong), Libc.Write(Descriptor, ref one, sizeof(ulong)));
        }

        public void Clear()
        {
            ulong count = 0;
            _ = Libc.Read(Descriptor, ref count, sizeof(ulong));
        }

        public void Happened(SocketEvents events)
        {
            Clear();
            Thread = System.Threading.Thread.CurrentThread.Name;
            OnTold?.Invoke();
            Interlocked.Increment(ref _told);
        }

        public void Resumed()
        {
            OnResumed?.Invoke();
            Interlocked.Increment(ref _resumes);
        }

        public void Dispose()
        {
            if (_isOwn)
                _ = Libc.Close(Descriptor);
        }
    }
}
