using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Defender.Gateway.Sockets;

/// <summary>
/// One thread that waits for many descriptors, with Linux's epoll, and serves each where it is told of it. Adding, removing
/// and resuming are for any thread.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int MaxEvents = 256;

    // A wakeup costs far more than what it is for. So where one followed another at once, the next events are let gather for a
    // while, as long as some do: who waits for each answer before the next packet is alone, and is not kept waiting.
    private const int GatheringMilliseconds = 5;
    private const int FewEvents = 64;
    private const int MinGathered = 3;
    private const int WakeupsAlone = 16;
    private static readonly long Recently = 10 * TimeProvider.System.TimestampFrequency / 1000;

    // struct epoll_event is packed on x86-64 only (linux/eventpoll.h): the events, then what we gave along: the descriptor, and a
    // mark of its target, without which a descriptor's new owner would be told of the end of the one before.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;
    private static readonly int MarkOffset = EventSize - 4;

    private readonly Lock _gate = new();
    private readonly int _epoll;
    private readonly int _wake;
    private readonly Thread _thread;
    private IEventTarget?[] _targets = new IEventTarget?[256];
    private List<IEventTarget> _resuming = [];
    private List<IEventTarget> _resumed = [];
    private int _isWoken;
    private volatile bool _isStopping;
    private bool _isDisposed;

    /// <exception cref="Win32Exception">The system has no descriptor left.</exception>
    public EventLoop(string name)
    {
        _epoll = Check(Libc.EpollCreate(Libc.CloseOnExec));
        _wake = Check(Libc.EventDescriptor(0, Libc.NonBlocking | Libc.CloseOnExec));
        Control(Libc.Add, _wake, SocketEvents.Readable, target: null);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Serves a descriptor from now on, which first tells what it is ready for.</summary>
    /// <exception cref="Win32Exception">The system has no room for it.</exception>
    public void Add(int descriptor, SocketEvents interest, IEventTarget target)
    {
        lock (_gate)
        {
            if (_targets.Length <= descriptor)
                Array.Resize(ref _targets, Math.Max(descriptor + 1, 2 * _targets.Length));
            // First: what is told before anybody is there is lost.
            _targets[descriptor] = target;
            try
            {
                Control(Libc.Add, descriptor, interest, target);
            }
            catch (Win32Exception)
            {
                _targets[descriptor] = null;
                throw;
            }
        }
    }

    /// <summary>Watches a descriptor for something else.</summary>
    public void Change(int descriptor, SocketEvents interest)
    {
        lock (_gate)
            Control(Libc.Modify, descriptor, interest, descriptor < _targets.Length ? _targets[descriptor] : null);
    }

    /// <summary>Serves a descriptor no more; call it before it is closed.</summary>
    public void Remove(int descriptor)
    {
        lock (_gate)
        {
            if (descriptor < _targets.Length)
                _targets[descriptor] = null;
            byte none = 0;
            if (!_isDisposed)
                _ = Libc.EpollControl(_epoll, Libc.Delete, descriptor, ref none);
        }
    }

    /// <summary>Calls a target back when those that something happened to have had their turn.</summary>
    public void Resume(IEventTarget target)
    {
        lock (_gate)
        {
            _resuming.Add(target);
            if (Thread.CurrentThread != _thread)
                Wake();
        }
    }

    /// <summary>Ends the thread; targets are not told.</summary>
    /// <exception cref="InvalidOperationException">On that thread, which would wait for its own end.</exception>
    public void Dispose()
    {
        if (Thread.CurrentThread == _thread)
            throw new InvalidOperationException("A loop cannot wait for its own end.");
        lock (_gate)
        {
            _isStopping = true;
            Wake();
        }

        _thread.Join();
        lock (_gate)
        {
            // A descriptor that is closed twice may be another's the second time.
            if (_isDisposed)
                return;
            _isDisposed = true;
            _ = Libc.Close(_wake);
            _ = Libc.Close(_epoll);
        }
    }

    // Differs between two targets but for one pair in millions.
    private static int MarkOf(IEventTarget? target) => RuntimeHelpers.GetHashCode(target);

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Libc.Error);

    // Under the gate.
    private void Control(int operation, int descriptor, SocketEvents interest, IEventTarget? target)
    {
        if (_isDisposed)
            return;
        Span<byte> registration = stackalloc byte[EventSize];
        registration.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(registration, (uint)interest);
        BinaryPrimitives.WriteInt32LittleEndian(registration[DataOffset..], descriptor);
        BinaryPrimitives.WriteInt32LittleEndian(registration[MarkOffset..], MarkOf(target));
        Check(Libc.EpollControl(_epoll, operation, descriptor, ref registration[0]));
    }

    // Under the gate.
    private void Wake()
    {
        ulong one = 1;
        if (!_isDisposed && Interlocked.Exchange(ref _isWoken, 1) == 0)
            _ = Libc.Write(_wake, ref one, sizeof(ulong));
    }

    private void Run()
    {
        byte[] events = GC.AllocateArray<byte>(MaxEvents * EventSize, pinned: true);
        long lastWoken = 0;
        int alone = 0;
        bool hasGathered = false;
        while (!_isStopping)
        {
            int count = Libc.EpollWait(_epoll, ref events[0], MaxEvents, _resuming.Count > 0 ? 0 : Timeout.Infinite);
            // It fails for a signal only.
            if (count < 0)
                continue;
            long woken = TimeProvider.System.GetTimestamp();
            for (int i = 0; i < count; i++)
                Tell(events.AsSpan(i * EventSize, EventSize));
            ResumeAll();
            alone = hasGathered && count < MinGathered ? WakeupsAlone : Math.Max(0, alone - 1);
            // Who is to be resumed waits for nothing but its turn.
            hasGathered = alone == 0 && count < FewEvents && _resuming.Count == 0 && woken - lastWoken < Recently;
            if (hasGathered)
                _ = Libc.Poll(0, 0, GatheringMilliseconds);
            lastWoken = woken;
        }
    }

    private void Tell(ReadOnlySpan<byte> told)
    {
        int descriptor = BinaryPrimitives.ReadInt32LittleEndian(told[DataOffset..]);
        if (descriptor == _wake)
        {
            ulong times = 0;
            _ = Libc.Read(_wake, ref times, sizeof(ulong));
            Volatile.Write(ref _isWoken, 0);
            return;
        }

        // Grown arrays keep what is in them.
        IEventTarget?[] targets = Volatile.Read(ref _targets);
        if (descriptor < targets.Length && targets[descriptor] is { } target && MarkOf(target) == BinaryPrimitives.ReadInt32LittleEndian(told[MarkOffset..]))
            target.Happened((SocketEvents)BinaryPrimitives.ReadUInt32LittleEndian(told));
    }

    private void ResumeAll()
    {
        lock (_gate)
            (_resuming, _resumed) = (_resumed, _resuming);
        foreach (IEventTarget target in _resumed)
            target.Resumed();
        _resumed.Clear();
    }
}
