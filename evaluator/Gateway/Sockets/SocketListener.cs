using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Defender.Gateway.Sockets;

/// <summary>Accepts connections at an address and hands each to who serves it, on the thread of the loop it listens on.</summary>
internal sealed class SocketListener : IEventTarget, IDisposable
{
    private const int Backlog = 512;

    // Of one turn, so that those who are here already have theirs.
    private const int MaxAccepted = 64;
    private const int Aborted = 103; // ECONNABORTED

    // struct sockaddr_in6, the larger of the two.
    private const int AddressSize = 28;

    // While the system has no descriptor or memory left, what comes waits in the backlog.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly EventLoops _loops;
    private readonly EventLoop _loop;
    private readonly Action<SocketConnection> _serve;
    private readonly Action<Exception> _failed;
    private readonly ITimer _pause;
    private readonly int _descriptor;
    private bool _isFailing;
    private bool _isDisposed;

    /// <param name="address">Where to listen; port 0 for a free one.</param>
    /// <param name="loops">Serve the connections.</param>
    /// <param name="serve">Gets each connection, and disposes of it. Throws nothing and does not block.</param>
    /// <param name="failed">Gets what keeps connections from being accepted, once until one is again.</param>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public SocketListener(IPEndPoint address, EventLoops loops, Action<SocketConnection> serve, Action<Exception> failed)
    {
        _loops = loops;
        _loop = loops.Next();
        _serve = serve;
        _failed = failed;
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                _socket.DualMode = true;
            // Linux gives it to those that are accepted.
            _socket.NoDelay = true;
            _socket.Bind(address);
            _socket.Listen(Backlog);
            EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
            _descriptor = (int)_socket.Handle;
            _pause = TimeProvider.System.CreateTimer(static state => ((SocketListener)state!).Continue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _loop.Add(_descriptor, SocketEvents.Readable, this);
        }
        catch
        {
            _pause?.Dispose();
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Accepts nobody any more; connections go on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _loop.Remove(_descriptor);
            _socket.Dispose();
        }

        _pause.Dispose();
    }

    void IEventTarget.Happened(SocketEvents events)
    {
        for (int i = 0; i < MaxAccepted; i++)
        {
            if (!TryAccept(out SocketConnection? connection))
                return;
            if (connection is null)
                continue;
            _isFailing = false;
            _serve(connection);
            try
            {
                connection.Start();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Fail(error);
                connection.Abort();
            }
        }
    }

    void IEventTarget.Resumed()
    {
        // Never asked for.
    }

    // False when there is nobody; null for one who has gone already.
    private bool TryAccept(out SocketConnection? connection)
    {
        connection = null;
        Span<byte> address = stackalloc byte[AddressSize];
        uint length = AddressSize;
        int error;
        lock (_gate)
        {
            if (_isDisposed)
                return false;
            int descriptor = Libc.Accept(_descriptor, ref address[0], ref length, Libc.NonBlocking | Libc.CloseOnExec);
            error = Libc.Error;
            if (descriptor >= 0)
            {
                connection = new SocketConnection(_loops.Next(), descriptor, EndPointOf(address[..(int)length]));
                return true;
            }

            if (error is Libc.Interrupted or Aborted)
                return true;
            if (error == Libc.WouldBlock)
                return false;
            _loop.Change(_descriptor, SocketEvents.None);
            _pause.Change(Pause, Timeout.InfiniteTimeSpan);
        }

        Fail(new SocketException(error));
        return false;
    }

    private void Fail(Exception error)
    {
        if (_isFailing)
            return;
        _isFailing = true;
        _failed(error);
    }

    private void Continue()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _loop.Change(_descriptor, SocketEvents.Readable);
        }
    }

    private static IPEndPoint? EndPointOf(ReadOnlySpan<byte> address)
    {
        const int InterNetwork = 2, InterNetworkV6 = 10;
        int family = address.Length < 16 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(address);
        return family switch
        {
            InterNetwork => new IPEndPoint(new IPAddress(address.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            InterNetworkV6 => new IPEndPoint(
                new IPAddress(address.Slice(8, 16), BinaryPrimitives.ReadUInt32LittleEndian(address[24..])), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
            _ => null,
        };
    }
}
