using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tls;

/// <summary>A session of libssl over a stream; in a release build it allocates nothing while it reads and writes.</summary>
internal sealed class OpenSslStream(Stream inner, TlsTarget target) : TlsStream
{
    // A record and its overhead (RFC 8446, section 5.2): what one SSL_write makes leaves in one write.
    private const int RecordSize = 16 * 1024;
    private const int OutgoingSize = RecordSize + 512;
    private const int IncomingSize = 4 * 1024;

    private readonly OpenSslSession _session = new(target);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly byte[] _incoming = GC.AllocateUninitializedArray<byte>(IncomingSize);
    private readonly byte[] _outgoing = GC.AllocateUninitializedArray<byte>(OutgoingSize);
    private string _protocol = "";

    public override string Protocol => _protocol;

    /// <exception cref="System.Security.Authentication.AuthenticationException">The server is not who it should be, or refuses.</exception>
    public async Task HandshakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            OpenSslStep step = _session.Handshake();
            if (step.Failure is { } failure)
            {
                await TrySendAlertAsync(cancellationToken);
                throw failure;
            }

            if (step.HasPending)
                await SendPendingAsync(cancellationToken);
            if (step.Count > 0)
                break;
            if (step.IsClosed || !await ReceiveInHandshakeAsync(cancellationToken))
                throw target.Refuse(TlsRefusal.Closed, "it closed the connection");
        }

        _protocol = _session.Protocol;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            OpenSslStep step = _session.Read(buffer.Span);
            // Reading can make an answer, such as that to a key update.
            if (step.HasPending)
                await SendPendingAsync(CancellationToken.None);
            if (step.Count > 0)
                return step.Count;
            if (step.Failure is { } failure)
                throw new IOException(failure.Message, failure);
            // Goes on where the stream below does; going by the context would allocate.
            if (step.IsClosed || !await ReceiveAsync(cancellationToken).ConfigureAwait(false))
                return 0;
        }

        return 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Record by record, so that the buffers of libssl do not grow to the length of a report.
        while (buffer.Length > 0)
        {
            OpenSslStep step = _session.Write(buffer.Span[..Math.Min(buffer.Length, RecordSize)]);
            if (step.HasPending)
                await SendPendingAsync(cancellationToken);
            if (step.Failure is { } failure)
                throw new IOException(failure.Message, failure);
            if (step.Count == 0)
                throw new IOException("the secure connection takes no more data");
            buffer = buffer[step.Count..];
        }
    }

    public override ValueTask ShutdownAsync()
    {
        // The server's close_notify is not waited for: what it still says nobody wants to know.
        _session.Shutdown();
        return SendPendingAsync(CancellationToken.None);
    }

    /// <summary>Frees the session; the stream below stays the caller's.</summary>
    public void Release() => _session.Dispose();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> ReceiveInHandshakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReceiveAsync(cancellationToken);
        }
        catch (IOException failure)
        {
            throw target.Refuse(TlsRefusal.Closed, failure.Message);
        }
    }

    private async ValueTask TrySendAlertAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendPendingAsync(cancellationToken);
        }
        catch (IOException)
        {
            // The server has gone already; why we go too is known.
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendPendingAsync(CancellationToken cancellationToken)
    {
        // Reader and writer both come here, and records must leave in their order.
        await _sending.WaitAsync(CancellationToken.None);
        try
        {
            while (_session.TakePending(_outgoing) is > 0 and int count)
                await inner.WriteAsync(_outgoing.AsMemory(0, count), cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        int count = await inner.ReadAsync(_incoming, cancellationToken).ConfigureAwait(false);
        if (count == 0)
            return false;
        _session.Feed(_incoming.AsSpan(0, count));
        return true;
    }
}
