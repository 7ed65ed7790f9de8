using System;
using System.IO;
using System.Threading;

namespace Defender.Agent.Linux.Tls;

/// <summary>
/// One session of libssl between two memory buffers: it never sees the socket, so it neither blocks nor raises SIGPIPE, and each call
/// of it is short. The session is freed once, under the gate that every call to it takes: what comes later finds it gone.
/// Safe for several threads; allocates nothing but failures.
/// </summary>
internal sealed unsafe class OpenSslSession : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TlsTarget _target;
    private nint _session;
    private nint _input;
    private nint _output;

    public OpenSslSession(TlsTarget target)
    {
        _target = target;
        _session = OpenSslContext.NewSession(target);
        _input = OpenSsl.GetInput(_session);
        _output = OpenSsl.GetOutput(_session);
    }

    ~OpenSslSession() => Free();

    public string Protocol
    {
        get
        {
            lock (_gate)
                return OpenSsl.Text(OpenSsl.GetProtocol(Live()));
        }
    }

    /// <summary>Goes on with the handshake.</summary>
    public OpenSslStep Handshake()
    {
        lock (_gate)
        {
            // SSL_get_error looks at the queue of the thread: what others left there must not count. So with all calls.
            OpenSsl.ClearErrors();
            return Settle(OpenSsl.DoHandshake(Live()));
        }
    }

    /// <summary>Decrypts what was fed.</summary>
    public OpenSslStep Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            OpenSsl.ClearErrors();
            fixed (byte* bytes = buffer)
                return Settle(OpenSsl.Read(Live(), bytes, buffer.Length));
        }
    }

    /// <summary>Encrypts all of it: between memory buffers a write is never partial and never waits.</summary>
    public OpenSslStep Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            OpenSsl.ClearErrors();
            fixed (byte* bytes = buffer)
                return Settle(OpenSsl.Write(Live(), bytes, buffer.Length));
        }
    }

    /// <summary>Makes close_notify. Its outcome says whether the other side has sent its own, which nobody asks.</summary>
    public void Shutdown()
    {
        lock (_gate)
        {
            OpenSsl.ClearErrors();
            _ = OpenSsl.Shutdown(Live());
            OpenSsl.ClearErrors();
        }
    }

    /// <summary>Takes records that are to be sent; 0 when there are none, also after the end.</summary>
    public int TakePending(Span<byte> buffer)
    {
        lock (_gate)
        {
            if (_session == 0)
                return 0;
            fixed (byte* bytes = buffer)
                return Math.Max(OpenSsl.ReadBio(_output, bytes, buffer.Length), 0);
        }
    }

    /// <summary>Gives it what was received.</summary>
    public void Feed(ReadOnlySpan<byte> received)
    {
        lock (_gate)
        {
            _ = Live();
            fixed (byte* bytes = received)
            {
                if (OpenSsl.WriteBio(_input, bytes, received.Length) != received.Length)
                    throw new IOException("libssl has no memory for what was received");
            }
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        lock (_gate)
        {
            if (_session == 0)
                return;
            // With both buffers.
            OpenSsl.FreeSession(_session);
            _session = _input = _output = 0;
        }
    }

    private nint Live()
    {
        ObjectDisposedException.ThrowIf(_session == 0, this);
        return _session;
    }

    private OpenSslStep Settle(int result)
    {
        int error = result > 0 ? OpenSsl.ErrorNone : OpenSsl.GetError(_session, result);
        bool isFailure = error is not (OpenSsl.ErrorNone or OpenSsl.ErrorWantRead or OpenSsl.ErrorWantWrite or OpenSsl.ErrorZeroReturn);
        TlsException? failure = isFailure ? Explain() : null;
        OpenSsl.ClearErrors();
        return new OpenSslStep(Math.Max(result, 0), error == OpenSsl.ErrorZeroReturn, OpenSsl.PendingBio(_output) > 0, failure);
    }

    private TlsException Explain()
    {
        nuint error = OpenSsl.TakeErrors(out string words);
        nint verification = OpenSsl.GetVerifyResult(_session);
        if (verification != VerifyResult.Ok)
            return _target.Refuse(VerifyResult.ToRefusal(verification), OpenSsl.Text(OpenSsl.DescribeVerifyResult(verification)));

        int reason = OpenSslError.ReasonOf(error);
        if (OpenSslError.TryGetAlert(reason, out int alert))
            return _target.Alert(alert, words);
        return OpenSslError.IsOldProtocol(reason) ? _target.Refuse(TlsRefusal.OldProtocol)
            : OpenSslError.IsNoTls(reason) ? _target.Refuse(TlsRefusal.NoTls, words)
            : _target.Refuse(TlsRefusal.Alert, words.Length == 0 ? "it gives no reason" : words);
    }
}
