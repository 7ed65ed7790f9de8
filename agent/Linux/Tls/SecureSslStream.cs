using System;
using System.Globalization;
using System.IO;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tls;

/// <summary>A connection of SslStream. Its failures, which come wrapped in general words, are said in ours.</summary>
internal sealed class SecureSslStream(SslStream stream, Stream inner, TlsTarget target) : TlsStream
{
    private const string ErrorMark = "error:";

    public override string Protocol { get; } = stream.SslProtocol switch
    {
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => "TLS",
    };

    // Not by a Task: what waits without the context would go on on the thread pool.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException failure)
        {
            // TLS 1.3: what the server thinks of the client's certificate comes after the handshake.
            throw Translate(failure, target) is TlsException refused ? new IOException(refused.Message, refused) : failure;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        stream.WriteAsync(buffer, cancellationToken);

    public override async ValueTask ShutdownAsync() => await stream.ShutdownAsync();

    /// <summary>The alert, or the failure itself where it came from elsewhere.</summary>
    public static Exception Translate(Exception failure, TlsTarget target)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (!TryReadError(cause.Message, out uint error, out string words))
                continue;
            int reason = OpenSslError.ReasonOf(error);
            if (OpenSslError.TryGetAlert(reason, out int alert))
                return target.Alert(alert, words);
            if (OpenSslError.IsOldProtocol(reason))
                return target.Refuse(TlsRefusal.OldProtocol);
            if (OpenSslError.IsNoTls(reason))
                return target.Refuse(TlsRefusal.NoTls, words);
        }

        // SslStream looks at the first bytes itself, before libssl does.
        return failure is AuthenticationException ? target.Refuse(TlsRefusal.NoTls, failure.Message.TrimEnd('.')) : failure;
    }

    /// <summary>The same for a handshake, in which the connection may end as well.</summary>
    public static Exception TranslateHandshake(Exception failure, TlsTarget target) => Translate(failure, target) switch
    {
        TlsException refused => refused,
        // SslStream wraps what the connection below says, but for its end.
        IOException broken => target.Refuse(TlsRefusal.Closed, (broken.InnerException ?? broken).Message.TrimEnd('.')),
        Exception other => other,
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // "error:0A00045C:SSL routines::tlsv13 alert certificate required": the code of libssl, which does the work below.
    private static bool TryReadError(string message, out uint error, out string words)
    {
        error = 0;
        words = "";
        int start = message.IndexOf(ErrorMark, StringComparison.Ordinal) + ErrorMark.Length;
        if (start < ErrorMark.Length || message.Length < start + 8
            || !uint.TryParse(message.AsSpan(start, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out error))
        {
            return false;
        }

        words = message[(message.LastIndexOf(':') + 1)..];
        return true;
    }
}
