using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// The few calls of Linux that have no counterpart in .NET, or one that allocates at each call. Constants are those of all of
/// x86, Arm and RISC-V, as in the kernel's include/uapi/asm-generic.
/// </summary>
internal static partial class Libc
{
    public const int Interrupted = 4; // EINTR
    public const int NoEntry = 2; // ENOENT
    public const int Busy = 16; // EBUSY
    public const int NoBufferSpace = 105; // ENOBUFS
    public const int WouldBlock = 11; // EAGAIN
    public const int TooManyFiles = 24; // EMFILE

    public const int Internet = 2; // AF_INET
    public const int Internet6 = 10; // AF_INET6
    public const int NetlinkFamily = 16; // AF_NETLINK
    public const int Datagrams = 2 | CloseOnExec; // SOCK_DGRAM
    public const int Raw = 3 | CloseOnExec; // SOCK_RAW
    public const int SocketLevel = 1; // SOL_SOCKET
    public const int ReceiveTimeout = 20; // SO_RCVTIMEO
    public const int ReceiveBuffer = 8; // SO_RCVBUF
    public const int DontWait = 0x40; // MSG_DONTWAIT
    public const int RealLength = 0x20; // MSG_TRUNC

    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC, O_CLOEXEC

    [LibraryImport("libc", SetLastError = true, EntryPoint = "bind")]
    public static partial int Bind(int descriptor, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "getsockname")]
    public static partial int GetName(int descriptor, Span<byte> address, ref int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "setsockopt")]
    public static partial int SetOption(int descriptor, int level, int name, ReadOnlySpan<byte> value, int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "send")]
    public static partial nint Send(int descriptor, ReadOnlySpan<byte> bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, Span<byte> bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "pread")]
    public static partial nint ReadAt(SafeFileHandle descriptor, Span<byte> bytes, nint length, nint offset);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "ioctl")]
    public static partial int Control(SafeFileHandle descriptor, nuint request, Span<byte> argument);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "readlink")]
    public static partial nint ReadLink(ReadOnlySpan<byte> path, Span<byte> target, nint size);

    /// <summary>A socket; invalid where errno says why.</summary>
    public static SafeFileHandle OpenSocket(int family, int type, int protocol) => new(Socket(family, type, protocol), ownsHandle: true);

    /// <summary>A file to read; invalid where errno says why.</summary>
    /// <param name="path">In UTF-8, with a zero at the end.</param>
    public static SafeFileHandle OpenToRead(ReadOnlySpan<byte> path) => new(Open(path, CloseOnExec), ownsHandle: true);

    /// <summary>Reads the beginning of a file that is not worth keeping open; allocates nothing.</summary>
    /// <returns>Bytes read; negative where errno says why.</returns>
    public static nint ReadFile(ReadOnlySpan<byte> path, Span<byte> bytes)
    {
        int descriptor = Open(path, CloseOnExec);
        if (descriptor < 0)
            return -1;
        nint length = ReadAt(descriptor, bytes, bytes.Length, 0);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        Marshal.SetLastPInvokeError(error);
        return length;
    }

    [LibraryImport("libc", SetLastError = true, EntryPoint = "socket")]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "open")]
    private static partial int Open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "pread")]
    private static partial nint ReadAt(int descriptor, Span<byte> bytes, nint length, nint offset);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
