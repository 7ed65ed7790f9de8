using System.Runtime.InteropServices;

namespace Defender.Gateway.Sockets;

/// <summary>The calls of Linux that sockets are served with; each returns -1 for an error, which <see cref="Error"/> names.</summary>
internal static partial class Libc
{
    public const int Interrupted = 4; // EINTR
    public const int WouldBlock = 11; // EAGAIN
    public const int BrokenPipe = 32; // EPIPE

    /// <summary>SOCK_NONBLOCK and SOCK_CLOEXEC, the latter as O_CLOEXEC for other descriptors too.</summary>
    public const int NonBlocking = 0x800, CloseOnExec = 0x80000;

    /// <summary>MSG_DONTWAIT, and MSG_NOSIGNAL: a peer that is gone is an error, not a signal.</summary>
    public const int DoNotWait = 0x40, NoSignal = 0x4000;

    /// <summary>EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD.</summary>
    public const int Add = 1, Delete = 2, Modify = 3;

    /// <summary>SHUT_WR, SHUT_RDWR.</summary>
    public const int SendSide = 1, BothSides = 2;

    /// <summary>What the last call of this thread that failed was about, as errno.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, ref byte interest);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, ref byte events, int maxEvents, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, ref ulong value, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ref ulong value, nint count);

    /// <summary>Waits for nothing but time.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(nint none, uint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int listener, ref byte address, ref uint addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, ref byte buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int side);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetLinger(int socket, int level, int option, ref Linger value, uint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>struct linger: whether close waits, and how many seconds; zero seconds reset the connection.</summary>
    public struct Linger
    {
        public int IsOn;
        public int Seconds;
    }
}
