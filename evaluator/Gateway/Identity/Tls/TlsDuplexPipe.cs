using System;
using System.IO;
using System.IO.Pipelines;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Gateway.Identity.Tls;

/// <summary>
/// What a session reads and writes of a TLS connection. Holds no buffer while nothing is on its way. Completing the output says
/// so to the peer (close_notify) and closes the connection below, as completing the transport's own output does.
/// </summary>
internal sealed class TlsDuplexPipe(SslStream tls, IDuplexPipe transport) : IDuplexPipe
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    public PipeReader Input { get; } = PipeReader.Create(tls, ReaderOptions);

    public PipeWriter Output { get; } = new ClosingWriter(PipeWriter.Create(tls, WriterOptions), tls, transport.Output);

    private sealed class ClosingWriter(PipeWriter inner, SslStream tls, PipeWriter transport) : PipeWriter
    {
        private int _completed;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        // Whoever cannot wait gets no farewell.
        public override void Complete(Exception? exception = null)
        {
            if (Interlocked.Exchange(ref _completed, 1) != 0)
                return;
            inner.Complete(exception ?? new IOException("the connection is closed"));
            transport.Complete(exception);
        }

        public override async ValueTask CompleteAsync(Exception? exception = null)
        {
            if (Interlocked.Exchange(ref _completed, 1) != 0)
                return;
            try
            {
                await inner.CompleteAsync(exception).ConfigureAwait(false);
                if (exception is null)
                    await tls.ShutdownAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or InvalidOperationException or OperationCanceledException)
            {
                // The peer is gone: there is nobody to say it to.
            }
            finally
            {
                await transport.CompleteAsync(exception).ConfigureAwait(false);
            }
        }
    }
}
