using System;
using System.IO;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>
/// Asks the kernel for a whole table and hands out its rows. Either the table is complete or there is an exception: a reply cut
/// off, lost, not ours or not understood never passes for a shorter table. Allocates nothing per dump. Not safe for several threads.
/// </summary>
/// <param name="open">Opens the socket: at first use, and after a failure, whose rest must not mix with the next answer.</param>
internal sealed class NetlinkDump(Func<INetlinkChannel> open) : IDisposable
{
    private const int HeaderBytes = 16;
    private const int MaxRequestBytes = 640;

    // The kernel makes its messages as large as the buffer of the receiver, up to 32 KiB.
    private const int BufferBytes = 16 * 1024;

    // A table of sockets ends long before; a kernel that never says "done" must not hold the agent up.
    private const int MaxMessages = 1 << 24;

    private const ushort RequestFlag = 0x01; // NLM_F_REQUEST
    private const ushort DumpFlag = 0x300; // NLM_F_DUMP
    private const ushort InterruptedFlag = 0x10; // NLM_F_DUMP_INTR

    private const ushort NoOperation = 1; // NLMSG_NOOP
    private const ushort Error = 2; // NLMSG_ERROR
    private const ushort Done = 3; // NLMSG_DONE
    private const ushort Overrun = 4; // NLMSG_OVERRUN

    private readonly DiscardReader _discard = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private INetlinkChannel? _channel;
    private ushort _replyType;
    private uint _sequence;
    private int _position;
    private int _end;
    private int _messages;
    private bool _isRunning;

    /// <summary>Sends the request; what is left of a dump before it is thrown away.</summary>
    /// <param name="requestType">The message type of the request.</param>
    /// <param name="replyType">That of each row.</param>
    /// <param name="body">What follows the header; at most 624 bytes.</param>
    /// <exception cref="IOException">No socket is to be had, or the kernel refuses.</exception>
    public void Begin(ushort requestType, ushort replyType, ReadOnlySpan<byte> body)
    {
        if (_isRunning)
            LeaveRunning();
        _channel ??= open();
        _replyType = replyType;
        _sequence++;
        _position = _end = _messages = 0;

        Span<byte> request = stackalloc byte[MaxRequestBytes];
        BitConverter.TryWriteBytes(request, HeaderBytes + body.Length);
        BitConverter.TryWriteBytes(request[4..], requestType);
        BitConverter.TryWriteBytes(request[6..], (ushort)(RequestFlag | DumpFlag));
        BitConverter.TryWriteBytes(request[8..], _sequence);
        BitConverter.TryWriteBytes(request[12..], 0u);
        body.CopyTo(request[HeaderBytes..]);
        _isRunning = true;
        try
        {
            _channel.Send(request[..(HeaderBytes + body.Length)]);
        }
        catch (IOException)
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Hands out rows until the table is complete or the reader pauses.</summary>
    /// <returns>Whether the table is complete; if not, reading goes on at the next row.</returns>
    /// <exception cref="DumpInterruptedException">To be asked again.</exception>
    /// <exception cref="IOException">The table cannot be had.</exception>
    public bool Read(IDumpReader reader)
    {
        try
        {
            while (true)
            {
                if (_position >= _end)
                    Fill();
                if (!TryTakeMessage(out ReadOnlySpan<byte> payload, out bool isDone))
                    continue;
                if (isDone)
                {
                    _isRunning = false;
                    return true;
                }

                if (!reader.Take(payload))
                    return false;
            }
        }
        catch (IOException)
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Begins and reads to the end.</summary>
    public void Run(ushort requestType, ushort replyType, ReadOnlySpan<byte> body, IDumpReader reader)
    {
        Begin(requestType, replyType, body);
        while (!Read(reader))
        {
            // A reader that pauses has no reason to where nobody waits for it.
        }
    }

    public void Dispose() => Abandon();

    // The kernel runs one dump on a socket; one that was left half-way is closed, or read to its end where no descriptor is to be had.
    private void LeaveRunning()
    {
        if (_channel!.TryRenew())
            return;
        while (!Read(_discard))
        {
            // It never pauses.
        }
    }

    private void Abandon()
    {
        _channel?.Dispose();
        _channel = null;
        _isRunning = false;
    }

    private void Fill()
    {
        int length;
        try
        {
            length = _channel!.Receive(_buffer);
        }
        catch (SystemCallException failure) when (failure.Error == Libc.NoBufferSpace)
        {
            throw new DumpInterruptedException("the kernel lost a part of its answer");
        }

        if (length > _buffer.Length)
            throw new IOException($"a netlink reply of {length} bytes was cut off at {_buffer.Length}");
        if (length < HeaderBytes)
            throw new IOException($"a netlink reply of {length} bytes is none");
        _position = 0;
        _end = length;
    }

    // False for what is to be passed over.
    private bool TryTakeMessage(out ReadOnlySpan<byte> payload, out bool isDone)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_position, _end - _position);
        uint length = rest.Length < HeaderBytes ? 0 : BitConverter.ToUInt32(rest);
        if (length < HeaderBytes || length > rest.Length)
            throw new IOException($"a netlink message of {length} bytes stands in {rest.Length}");
        if (++_messages > MaxMessages)
            throw new IOException($"the kernel's answer does not end after {MaxMessages} messages");

        ushort type = BitConverter.ToUInt16(rest[4..]);
        ushort flags = BitConverter.ToUInt16(rest[6..]);
        _position += ((int)length + 3) & ~3;
        payload = rest[HeaderBytes..(int)length];
        isDone = type == Done;

        // The answer to an older request, or to another's.
        if (BitConverter.ToUInt32(rest[8..]) != _sequence || BitConverter.ToUInt32(rest[12..]) != _channel!.PortId || type == NoOperation)
            return isDone = false;
        if ((flags & InterruptedFlag) != 0)
            throw new DumpInterruptedException("the table changed while the kernel listed it");
        if (type == Overrun)
            throw new DumpInterruptedException("the kernel lost a part of its answer");

        // An error is a message of its own, or what "done" says: the kernel lists nothing for a module it lacks.
        if (type is Error or Done)
            CheckError(payload, type);
        else if (type != _replyType)
            throw new IOException($"a netlink message of type {type} answers where {_replyType} was asked for");
        return true;
    }

    private static void CheckError(ReadOnlySpan<byte> payload, ushort type)
    {
        int error = payload.Length < 4 ? 0 : BitConverter.ToInt32(payload);
        if (error is < 0 and > int.MinValue)
        {
            throw error is -Libc.NoBufferSpace or -Libc.Interrupted or -Libc.Busy
                ? new DumpInterruptedException("the kernel gave the table up half-way")
                : new SystemCallException("netlink dump", -error);
        }

        if (type == Error)
            throw new IOException("a netlink error without its code");
    }

    private sealed class DiscardReader : IDumpReader
    {
        public bool Take(ReadOnlySpan<byte> payload) => true;
    }
}
