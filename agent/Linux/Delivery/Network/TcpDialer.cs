using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>Opens TCP connections in an event loop: the name is resolved anew each time, and every address of it is tried.</summary>
internal sealed class TcpDialer(EventLoop loop)
{
    // The system's resolver can give any number.
    private const int MaxAddresses = 16;

    private readonly NameLookup _lookup = new(loop.Clock);

    /// <summary>Opens one, by the first address that answers, in the order of the resolver (RFC 6724).</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">1 to 65,535.</param>
    /// <param name="timeout">For all addresses together; each of those that are left gets an equal part, so one that is silent does not take it all.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>The connection, and the address it is to.</returns>
    /// <exception cref="IOException">No address answers; the message has why and, where the host is a name, the last one. It does not repeat host and port.</exception>
    public async Task<DialedSocket> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long start = loop.Clock.GetTimestamp();
        List<ResolvedAddress> addresses = await _lookup.ResolveAsync(host, port, cancellationToken);
        int count = Math.Min(addresses.Count, MaxAddresses);
        IOException? failure = null;
        for (int i = 0; i < count; i++)
        {
            TimeSpan left = timeout - loop.Clock.GetElapsedTime(start);
            try
            {
                return new DialedSocket(await ConnectAsync(addresses[i], host, left / (count - i), cancellationToken), addresses[i].ToString());
            }
            catch (IOException reason)
            {
                failure = reason;
            }
        }

        throw count == 1 ? failure! : new IOException($"{failure!.Message}; so with all {count} addresses", failure);
    }

    private async Task<LoopSocket> ConnectAsync(ResolvedAddress address, string host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1), loop.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        LoopSocket socket = Start(address, host, out int error);
        try
        {
            if (error == Kernel.InProgress)
            {
                await socket.WritableAsync(either.Token);
                error = socket.TakeError();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = Kernel.TimedOut;
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }

        if (error == 0)
            return socket;
        await socket.DisposeAsync();
        throw Failure(address, host, error);
    }

    private unsafe LoopSocket Start(ResolvedAddress address, string host, out int error)
    {
        int descriptor = Kernel.Socket(address.Family, Kernel.Stream | Kernel.NonBlocking | Kernel.CloseOnExec, Kernel.Tcp);
        if (descriptor < 0)
            throw Failure(address, host, Marshal.GetLastPInvokeError());

        // Without it the second small packet of an exchange waits 40 ms for a delayed ACK.
        int on = 1;
        _ = Kernel.SetOption(descriptor, Kernel.Tcp, Kernel.NoDelay, &on, sizeof(int));
        fixed (byte* bytes = address.Socket)
            error = Kernel.Connect(descriptor, bytes, (uint)address.Socket.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return new LoopSocket(loop, descriptor);
    }

    // Whoever says it has said the endpoint: an address that stands in it is not said again.
    private static IOException Failure(ResolvedAddress address, string host, int error)
    {
        string reason = Marshal.GetPInvokeErrorMessage(error);
        return new IOException(address.Address == host ? reason : $"{reason} ({address.Address})");
    }
}
