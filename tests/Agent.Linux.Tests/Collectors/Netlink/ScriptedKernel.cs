using System;
using System.Collections.Generic;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Netlink;

namespace Defender.Agent.Linux.Tests.Collectors.Netlink;

/// <summary>A kernel that answers what the test says: datagrams or errors for each request, in turn.</summary>
internal sealed class ScriptedKernel
{
    public const uint PortId = 4711;

    private readonly Queue<Func<uint, object[]>> _answers = new();
    private readonly Queue<object> _waiting = new();

    /// <summary>Bodies of the requests, after their headers.</summary>
    public List<byte[]> Requests { get; } = [];

    /// <summary>Message types of the requests.</summary>
    public List<int> Types { get; } = [];

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    /// <summary>errno of the next attempts to open a socket; 0 to let them.</summary>
    public int OpenError { get; set; }

    /// <summary>Datagrams (byte[]), or errors (int) that a receive fails with, made for the sequence number of the request.</summary>
    public void Answer(Func<uint, object[]> answer) => _answers.Enqueue(answer);

    public INetlinkChannel Open()
    {
        if (OpenError != 0)
            throw new SystemCallException("netlink socket", OpenError);
        Opened++;
        _waiting.Clear();
        return new Channel(this);
    }

    public static byte[] Message(int type, uint sequence, byte[]? payload = null, int flags = 2, uint portId = PortId, int? length = null)
    {
        payload ??= [];
        byte[] message = new byte[(16 + payload.Length + 3) & ~3];
        BitConverter.TryWriteBytes(message, length ?? (16 + payload.Length));
        BitConverter.TryWriteBytes(message.AsSpan(4), (ushort)type);
        BitConverter.TryWriteBytes(message.AsSpan(6), (ushort)flags);
        BitConverter.TryWriteBytes(message.AsSpan(8), sequence);
        BitConverter.TryWriteBytes(message.AsSpan(12), portId);
        payload.CopyTo(message, 16);
        return message;
    }

    public static byte[] Done(uint sequence, int error = 0) => Message(3, sequence, BitConverter.GetBytes(error));

    private sealed class Channel(ScriptedKernel kernel) : INetlinkChannel
    {
        public uint PortId => ScriptedKernel.PortId;

        public bool TryRenew()
        {
            if (kernel.OpenError != 0)
                return false;
            kernel.Opened++;
            kernel.Closed++;
            kernel._waiting.Clear();
            return true;
        }

        public void Send(ReadOnlySpan<byte> request)
        {
            kernel.Types.Add(BitConverter.ToUInt16(request[4..]));
            kernel.Requests.Add(request[16..].ToArray());
            foreach (object item in kernel._answers.Dequeue()(BitConverter.ToUInt32(request[8..])))
                kernel._waiting.Enqueue(item);
        }

        public int Receive(Span<byte> buffer)
        {
            if (!kernel._waiting.TryDequeue(out object? item))
                throw new SystemCallException("netlink reply", Libc.WouldBlock);
            if (item is int error)
                throw new SystemCallException("netlink reply", error);
            byte[] datagram = (byte[])item;
            datagram.AsSpan(0, Math.Min(datagram.Length, buffer.Length)).CopyTo(buffer);
            return datagram.Length;
        }

        public bool TryTake(Span<byte> buffer)
        {
            if (!kernel._waiting.TryDequeue(out object? item))
                return false;
            return item is int error ? throw new SystemCallException("netlink event", error) : true;
        }

        public void Dispose() => kernel.Closed++;
    }

    /// <summary>Puts events before the reader.</summary>
    public void Event(object item) => _waiting.Enqueue(item);
}
