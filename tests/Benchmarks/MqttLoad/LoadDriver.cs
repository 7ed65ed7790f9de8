using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>
/// Clients of one server on one thread: connects, reports at QoS 1, waits for PUBACK. Costs less than what any server does, so that a
/// machine of two cores can hold both.
/// </summary>
internal sealed class LoadDriver : IDisposable
{
    private const int ConnectingAtOnce = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly int _port;
    private readonly int _window;
    private readonly LoadPackets _packets;
    private readonly int _poll;
    private readonly List<LoadConnection> _connections = [];
    private readonly Native.PollEvent[] _events = new Native.PollEvent[512];
    private readonly byte[] _received = new byte[4096];
    private readonly Queue<LoadConnection> _ready = [];
    private LoadResult _result = new();
    private bool _isClosedLoop;
    private int _connected;
    private long _inFlight;

    /// <param name="port">Of the server, on the loopback.</param>
    /// <param name="window">Reports that a client sends before it waits.</param>
    /// <param name="prefix">What its client identifiers start with.</param>
    public LoadDriver(int port, int window, string prefix)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new PlatformNotSupportedException("The driver knows how x86-64 lays out epoll's events.");
        _port = port;
        _window = window;
        _packets = new LoadPackets(prefix, TimeProvider.System.GetUtcNow());
        _poll = Check(Native.CreatePoll(0));
    }

    public int Disconnects { get; private set; }

    public int Connected => _connected;

    /// <summary>Opens further connections, 64 at a time, and waits for CONNACK on each.</summary>
    public void Connect(int count)
    {
        int wanted = _connections.Count + count;
        long start = TimeProvider.System.GetTimestamp();
        while (_connected + Disconnects < wanted)
        {
            while (_connections.Count < wanted && _connections.Count - _connected - Disconnects < ConnectingAtOnce)
                Open();
            Poll(10);
            if (TimeProvider.System.GetElapsedTime(start) > Patience * 10)
                throw new TimeoutException($"{_connected} of {wanted} connections stand.");
        }
    }

    /// <summary>Says goodbye on all connections.</summary>
    public void DisconnectAll()
    {
        foreach (LoadConnection connection in _connections)
        {
            if (!connection.IsOpen)
                continue;
            Native.Send(connection.Descriptor, LoadPackets.Disconnect, LoadPackets.Disconnect.Length, Native.NoSignal);
            Native.Close(connection.Descriptor);
        }

        _connections.Clear();
        _connected = 0;
        Disconnects = 0;
    }

    /// <summary>Each client has as many reports in flight as it may: one more for each that is acknowledged.</summary>
    public LoadResult RunClosed(TimeSpan span)
    {
        long start = Begin();
        _isClosedLoop = true;
        foreach (LoadConnection connection in _connections)
        {
            for (int i = 0; i < _window; i++)
                TrySend(connection);
        }

        while (TimeProvider.System.GetElapsedTime(start) < span)
        {
            Poll(10);
            while (_ready.TryDequeue(out LoadConnection? connection))
                TrySend(connection);
        }

        return End(start);
    }

    /// <summary>Reports are due at a rate, from one client after the other, whether acknowledged or not.</summary>
    /// <param name="span">How long.</param>
    /// <param name="rate">Reports a second.</param>
    /// <param name="eachTenth">Called about every tenth of a second.</param>
    public LoadResult RunOpen(TimeSpan span, double rate, Action? eachTenth = null)
    {
        long start = Begin();
        _isClosedLoop = false;
        int next = 0;
        TimeSpan call = TimeSpan.Zero;
        for (TimeSpan elapsed; (elapsed = TimeProvider.System.GetElapsedTime(start)) < span;)
        {
            long due = (long)(elapsed.TotalSeconds * rate);
            while (_result.Offered < due)
            {
                _result.Offered++;
                TrySend(_connections[next]);
                next = (next + 1) % _connections.Count;
            }

            if (elapsed > call)
            {
                eachTenth?.Invoke();
                call = elapsed + TimeSpan.FromSeconds(0.1);
            }

            Poll(1);
        }

        return End(start);
    }

    public void Dispose()
    {
        DisconnectAll();
        Native.Close(_poll);
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private long Begin()
    {
        _result = new LoadResult { Disconnects = -Disconnects };
        _ready.Clear();
        return TimeProvider.System.GetTimestamp();
    }

    private LoadResult End(long start)
    {
        _isClosedLoop = false;
        long end = TimeProvider.System.GetTimestamp();
        while (_inFlight > 0 && TimeProvider.System.GetElapsedTime(end) < Patience)
            Poll(10);
        _result.Elapsed = TimeProvider.System.GetElapsedTime(start);
        _result.Disconnects += Disconnects;
        return _result;
    }

    private void Open()
    {
        int descriptor = Check(Native.Socket(Native.Internet, Native.StreamNonBlocking, 0));
        Native.SetOption(descriptor, Native.TcpLevel, Native.NoDelay, 1, sizeof(int));
        // struct sockaddr_in
        byte[] address = [Native.Internet, 0, (byte)(_port >> 8), (byte)_port, .. IPAddress.Loopback.GetAddressBytes(), 0, 0, 0, 0, 0, 0, 0, 0];
        if (Native.Connect(descriptor, address, address.Length) < 0 && Marshal.GetLastPInvokeError() != Native.InProgress)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var connection = new LoadConnection(_connections.Count, descriptor, _window) { Unsent = _packets.Connect(_connections.Count) };
        _connections.Add(connection);
        Watch(connection, Native.Add);
    }

    private void Watch(LoadConnection connection, int operation)
    {
        uint events = connection.Unsent.IsEmpty ? Native.Readable : Native.Readable | Native.Writable;
        Check(Native.Control(_poll, operation, connection.Descriptor, new Native.PollEvent { Events = events, Connection = connection.Index }));
    }

    private void TrySend(LoadConnection connection)
    {
        if (!connection.CanSend)
            return;
        ReadOnlySpan<byte> report = _packets.Report(connection.Index, connection.Sent);
        connection.SentNow(TimeProvider.System.GetTimestamp());
        _inFlight++;
        _result.Sent++;
        int sent = Math.Max(0, (int)Native.Send(connection.Descriptor, report, report.Length, Native.NoSignal));
        if (sent == report.Length)
            return;
        connection.Unsent = report[sent..].ToArray();
        Watch(connection, Native.Modify);
    }

    private void Poll(int milliseconds)
    {
        int count = Native.Wait(_poll, _events, _events.Length, milliseconds);
        for (int i = 0; i < count; i++)
        {
            LoadConnection connection = _connections[_events[i].Connection];
            if ((_events[i].Events & Native.Writable) != 0 && connection.IsOpen)
                SendRest(connection);
            if ((_events[i].Events & ~Native.Writable) != 0 && connection.IsOpen)
                Receive(connection);
        }
    }

    private void SendRest(LoadConnection connection)
    {
        int sent = Math.Max(0, (int)Native.Send(connection.Descriptor, connection.Unsent.Span, connection.Unsent.Length, Native.NoSignal));
        connection.Unsent = connection.Unsent[sent..];
        if (connection.Unsent.IsEmpty)
            Watch(connection, Native.Modify);
    }

    private void Receive(LoadConnection connection)
    {
        nint count = Native.Receive(connection.Descriptor, _received, _received.Length, 0);
        if (count <= 0)
        {
            if (count < 0 && Marshal.GetLastPInvokeError() == Native.WouldBlock)
                return;
            Lose(connection);
            return;
        }

        long now = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < (int)count; i++)
        {
            // CONNACK and PUBACK have four bytes each; nothing is subscribed to, so nothing else comes.
            if (connection.AnswerBytes == 0 && _received[i] != (connection.IsConnected ? 0x40 : 0x20))
                _result.Wrong++;
            connection.AnswerBytes = (connection.AnswerBytes + 1) % 4;
            if (connection.AnswerBytes == 0)
                Answered(connection, now);
        }
    }

    private void Answered(LoadConnection connection, long now)
    {
        if (!connection.IsConnected)
        {
            connection.IsConnected = true;
            _connected++;
        }
        else if (connection.InFlight > 0)
        {
            _inFlight--;
            _result.Add(TimeProvider.System.GetElapsedTime(connection.Acknowledged(), now));
            if (_isClosedLoop)
                _ready.Enqueue(connection);
        }
    }

    private void Lose(LoadConnection connection)
    {
        Native.Close(connection.Descriptor);
        connection.IsOpen = false;
        if (connection.IsConnected)
            _connected--;
        connection.IsConnected = false;
        _inFlight -= connection.InFlight;
        Disconnects++;
    }
}
