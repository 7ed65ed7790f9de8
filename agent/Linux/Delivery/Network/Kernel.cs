using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>The system calls of the event loop, with the constants of Linux (asm-generic; the same on every architecture .NET runs on).</summary>
internal static unsafe partial class Kernel
{
    public const int Inet = 2;
    public const int Inet6 = 10;
    public const int Stream = 1;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int Tcp = 6;
    public const int NoDelay = 1;
    public const int SocketLevel = 1;
    public const int SocketError = 4;
    public const int NoSignal = 0x4000;
    public const int ShutdownSend = 1;

    public const short PollIn = 1;
    public const short PollOut = 4;

    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int InProgress = 115;
    public const int TimedOut = 110;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int name, int* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int name, int* value, uint* length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* bytes, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* bytes, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "getaddrinfo", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Resolve(string host, string service, AddressInfo* hints, AddressInfo** result);

    [LibraryImport("libc", EntryPoint = "freeaddrinfo")]
    public static partial void FreeAddresses(AddressInfo* result);

    [LibraryImport("libc", EntryPoint = "gai_strerror")]
    public static partial nint DescribeResolve(int error);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }

    /// <summary>struct addrinfo, as glibc and musl have it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct AddressInfo
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public uint AddressLength;
        public byte* Address;
        public byte* CanonicalName;
        public AddressInfo* Next;
    }
}
