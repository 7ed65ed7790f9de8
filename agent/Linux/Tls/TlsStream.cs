using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tls;

/// <summary>A secure connection; one reader and one writer at a time. Asynchronous only.</summary>
internal abstract class TlsStream : Stream
{
    /// <summary>Such as <c>TLSv1.3</c>.</summary>
    public abstract string Protocol { get; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends close_notify: nothing follows, and the other side knows that nothing was cut off.</summary>
    public abstract ValueTask ShutdownAsync();

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
        // Every write leaves at once.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
