using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>
/// Standard output that says when its reader is gone. The console's own stream swallows a broken pipe, so
/// <c>collect | head -1</c> would collect for ever; a FileStream writes at offsets of its own, which destroys
/// <c>> file 2>&amp;1</c>.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    /// <summary>EPIPE, as <see cref="Exception.HResult"/> of the exception.</summary>
    public const int BrokenPipe = 32;

    private const int Interrupted = 4; // EINTR
    private const int FileDescriptor = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => WriteAll(FileDescriptor, buffer);

    /// <summary>Writes all of it.</summary>
    /// <exception cref="IOException">It cannot be written; the result code is errno.</exception>
    public static void WriteAll(int descriptor, ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = WriteToDescriptor(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteToDescriptor(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}
