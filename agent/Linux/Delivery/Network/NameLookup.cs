using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>
/// Asks the system's resolver. getaddrinfo blocks, for as long as resolv.conf says, so it gets a thread that ends with the answer;
/// who gave up waiting leaves it behind, one at a time.
/// </summary>
internal sealed class NameLookup
{
    // glibc's resolver wants some 64 KiB of stack (its answer buffers), the runtime little.
    private const int StackSize = 256 * 1024;

    // AI_NUMERICSERV, AI_ADDRCONFIG: no IPv6 address where there is no IPv6.
    private const int Flags = 0x400 | 0x20;

    // AI_NUMERICHOST: an address is not asked for, and needs no thread.
    private const int NumericHost = 0x4;

    private Task<List<ResolvedAddress>>? _pending;

    /// <exception cref="IOException">The name has no address, or nobody answers.</exception>
    public async Task<List<ResolvedAddress>> ResolveAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (TryResolve(host, port, NumericHost, out List<ResolvedAddress> literal, out _))
            return literal;
        if (_pending is { IsCompleted: false } old)
        {
            // Its answer is late and of the same name: the agent knows one.
            await ((Task)old).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _pending = Start(host, port);
        return await _pending.WaitAsync(cancellationToken);
    }

    private static Task<List<ResolvedAddress>> Start(string host, int port)
    {
        TaskCompletionSource<List<ResolvedAddress>> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(
            () =>
            {
                if (TryResolve(host, port, Flags, out List<ResolvedAddress> addresses, out string error))
                    found.SetResult(addresses);
                else
                    found.SetException(new IOException($"its name cannot be resolved: {error}"));
            },
            StackSize)
        {
            IsBackground = true,
            Name = "resolver",
        };
        thread.Start();
        return found.Task;
    }

    private static unsafe bool TryResolve(string host, int port, int flags, out List<ResolvedAddress> addresses, out string error)
    {
        addresses = [];
        error = "";
        Kernel.AddressInfo hints = new() { Flags = flags, SocketType = Kernel.Stream, Protocol = Kernel.Tcp };
        Kernel.AddressInfo* first = null;
        int outcome = Kernel.Resolve(host, port.ToString(CultureInfo.InvariantCulture), &hints, &first);
        if (outcome != 0)
        {
            error = Marshal.PtrToStringUTF8(Kernel.DescribeResolve(outcome)) ?? $"error {outcome}";
            return false;
        }

        for (Kernel.AddressInfo* info = first; info != null; info = info->Next)
        {
            if (info->Family is Kernel.Inet or Kernel.Inet6)
                addresses.Add(new ResolvedAddress(info->Family, new Span<byte>(info->Address, (int)info->AddressLength).ToArray()));
        }

        Kernel.FreeAddresses(first);
        error = "it has no address";
        return addresses.Count > 0;
    }
}
