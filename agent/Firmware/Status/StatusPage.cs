using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Core.Sockets;

namespace Defender.Agent.Firmware.Status
{
    /// <summary>Makes the text of the page; called on the page's thread.</summary>
    public delegate string StatusText();

    /// <summary>
    /// The device's own status page: plain text over HTTP, read only, one visitor at a time, each within a limit of time and of
    /// size. Its listener and its visitors are in the socket ledger, and so in the report.
    /// </summary>
    public sealed class StatusPage
    {
        /// <summary>From accepting a visitor to the end of its request, in milliseconds.</summary>
        public const int RequestTimeoutMs = 2000;

        // Before the listener is opened again after it failed, in milliseconds.
        private const int RetryMs = 10000;

        // Of a kilobyte each.
        private const int MaxDrains = 8;

        // One is served, one may wait: the chip has 16 sockets.
        private const int Backlog = 1;

        private readonly int _port;
        private readonly SocketLedger _ledger;
        private readonly IClock _clock;
        private readonly StatusText _text;
        private readonly Action _onFault;
        private readonly byte[] _request = new byte[StatusRequest.MaxBytes];
        private readonly AutoResetEvent _stopping = new AutoResetEvent(false);
        private readonly object _gate = new object();
        private Socket? _listener;
        private bool _isStopped;

        /// <param name="port">1 to 65535.</param>
        /// <param name="ledger">Of the firmware's sockets.</param>
        /// <param name="clock">Of the device.</param>
        /// <param name="text">What the page says.</param>
        /// <param name="onFault">Called when the listener cannot be opened or fails.</param>
        public StatusPage(int port, SocketLedger ledger, IClock clock, StatusText text, Action onFault)
        {
            _port = port;
            _ledger = ledger;
            _clock = clock;
            _text = text;
            _onFault = onFault;
        }

        /// <summary>Starts the thread.</summary>
        public void Start()
        {
            new Thread(Run).Start();
        }

        /// <summary>Closes the listener; the thread ends with the visitor it has.</summary>
        public void Stop()
        {
            lock (_gate)
            {
                _isStopped = true;
                if (_listener != null)
                    _listener.Close();
            }

            _stopping.Set();
        }

        private bool IsStopped
        {
            get
            {
                lock (_gate)
                    return _isStopped;
            }
        }

        private void Run()
        {
            while (!IsStopped)
            {
                try
                {
                    Listen();
                }
                catch (Exception)
                {
                    // The port is taken, or the network went away: the listener is opened again.
                    if (IsStopped)
                        return;
                    _onFault();
                    _stopping.WaitOne(RetryMs, false);
                }
            }
        }

        private void Listen()
        {
            int ticket = _ledger.Enter(SocketKind.TcpListener, _port, "");
            if (ticket == SocketLedger.Refused)
                throw new InvalidOperationException("no room in the socket ledger");

            Socket listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                lock (_gate)
                {
                    if (_isStopped)
                        return;
                    _listener = listener;
                }

                listener.Bind(new IPEndPoint(IPAddress.Any, _port));
                listener.Listen(Backlog);
                while (!IsStopped)
                    Serve(listener.Accept());
            }
            finally
            {
                listener.Close();
                _ledger.Leave(ticket);
            }
        }

        private void Serve(Socket visitor)
        {
            int ticket = SocketLedger.Refused;
            try
            {
                ticket = Enter(visitor);
                if (ticket == SocketLedger.Refused)
                    return;

                int status = Receive(visitor);
                if (status == 431 || status == 408)
                    Drain(visitor);
                Send(visitor, status);
            }
            catch (Exception)
            {
                // A visitor that went away, or never spoke.
            }
            finally
            {
                visitor.Close();
                _ledger.Leave(ticket);
            }
        }

        private int Enter(Socket visitor)
        {
            IPEndPoint? remote = visitor.RemoteEndPoint as IPEndPoint;
            if (remote == null)
                return SocketLedger.Refused;

            byte[] address = remote.Address.GetAddressBytes();
            return _ledger.EnterConnection(address, 0, address.Length, remote.Port, _port, "");
        }

        // Returns the status code of the answer.
        private int Receive(Socket visitor)
        {
            long endMs = _clock.UptimeMilliseconds + RequestTimeoutMs;
            int length = 0;
            while (!StatusRequest.IsComplete(_request, length))
            {
                if (length == _request.Length)
                    return 431;

                // One limit for the whole request: a visitor that sends a byte a second does not hold the page.
                long leftMs = endMs - _clock.UptimeMilliseconds;
                if (leftMs <= 0)
                    return 408;

                visitor.ReceiveTimeout = (int)leftMs;
                int received = visitor.Receive(_request, length, _request.Length - length, SocketFlags.None);
                if (received <= 0)
                    return 400;
                length += received;
                _ledger.Count(received, 0);
            }

            return StatusRequest.Judge(_request, length);
        }

        // A socket that is closed with unread bytes is reset, and the reset may overtake the answer. What comes later than now is not
        // waited for.
        private void Drain(Socket visitor)
        {
            for (int i = 0; i < MaxDrains && visitor.Available > 0; i++)
                _ledger.Count(visitor.Receive(_request, 0, _request.Length, SocketFlags.None), 0);
        }

        private void Send(Socket visitor, int status)
        {
            byte[] body = Encoding.UTF8.GetBytes(status == 200 ? _text() : Reason(status) + "\n");
            byte[] head = Encoding.UTF8.GetBytes(
                "HTTP/1.1 " + Reason(status) + "\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: "
                + body.Length.ToString() + (status == 405 ? "\r\nAllow: GET" : "") + "\r\nConnection: close\r\n\r\n");
            visitor.SendTimeout = RequestTimeoutMs;
            _ledger.Count(0, visitor.Send(head, 0, head.Length, SocketFlags.None));
            _ledger.Count(0, visitor.Send(body, 0, body.Length, SocketFlags.None));
        }

        private static string Reason(int status)
        {
            return status switch
            {
                200 => "200 OK",
                404 => "404 Not Found",
                405 => "405 Method Not Allowed",
                408 => "408 Request Timeout",
                431 => "431 Request Header Fields Too Large",
                _ => "400 Bad Request",
            };
        }
    }
}
