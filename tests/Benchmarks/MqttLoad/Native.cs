using System;
using System.Runtime.InteropServices;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>The few calls of Linux that the driver lives on; a managed socket would cost it more than the server costs.</summary>
internal static partial class Native
{
    public const int Internet = 2;
    public const int StreamNonBlocking = 1 | 0x800 | 0x80000;
    public const int NoSignal = 0x4000;
    public const int Add = 1;
    public const int Modify = 3;
    public const uint Readable = 1;
    public const uint Writable = 4;
    public const int TcpLevel = 6;
    public const int NoDelay = 1;
    public const int WouldBlock = 11;
    public const int InProgress = 115;

    [LibraryImport("libc", SetLastError = true, EntryPoint = "socket")]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "connect")]
    public static partial int Connect(int descriptor, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "setsockopt")]
    public static partial int SetOption(int descriptor, int level, int name, in int value, int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "send")]
    public static partial nint Send(int descriptor, ReadOnlySpan<byte> bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, Span<byte> bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_create1")]
    public static partial int CreatePoll(int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_ctl")]
    public static partial int Control(int poll, int operation, int descriptor, in PollEvent what);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_wait")]
    public static partial int Wait(int poll, Span<PollEvent> events, int count, int milliseconds);

    /// <summary>struct epoll_event as x86-64 packs it.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    public struct PollEvent
    {
        public uint Events;
        public int Connection;
        public int Unused;
    }
}
