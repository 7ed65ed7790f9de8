using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Client;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>
/// Asks the system's resolver. getaddrinfo blocks, for as long as resolv.conf says, so it gets a thread that ends with the answer;
/// who gave up waiting leaves it behind, one at a time.
/// </summary>
/// <param name="clock">Of the loop that waits.</param>
internal sealed class NameLookup(TimeProvider clock)
{
    // glibc's resolver wants some 64 KiB of stack (its answer buffers), the runtime little.
    private const int StackSize = 256 * 1024;

    // AI_NUMERICSERV, AI_ADDRCONFIG: no IPv6 address where there is no IPv6.
    private const int Flags = 0x400 | 0x20;

    // AI_NUMERICHOST: an address is not asked for, and needs no thread.
    private const int NumericHost = 0x4;

    // Not a task that is waited for: its continuation would start the thread pool.
    private readonly Signal _answered = new(clock);
    private Lookup? _pending;

    /// <exception cref="IOException">The name has no address, or nobody answers.</exception>
    public async Task<List<ResolvedAddress>> ResolveAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (TryResolve(host, port, NumericHost, out List<ResolvedAddress> literal, out _))
            return literal;

        // The answer of one that was left behind is late and of the same name: the agent knows one.
        if (_pending is not null)
            await EndAsync(_pending, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Lookup lookup = _pending = new Lookup(host, port, _answered);
        await EndAsync(lookup, cancellationToken);
        return lookup.Error.Length == 0 ? lookup.Addresses : throw new IOException($"its name cannot be resolved: {lookup.Error}");
    }

    private async Task EndAsync(Lookup lookup, CancellationToken cancellationToken)
    {
        while (!lookup.IsDone)
            await _answered.WaitAsync(Timeout.InfiniteTimeSpan, cancellationToken);
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

    /// <summary>One question, on its thread from the start.</summary>
    private sealed class Lookup
    {
        private volatile bool _isDone;

        public Lookup(string host, int port, Signal answered)
        {
            Thread thread = new(
                () =>
                {
                    Error = TryResolve(host, port, Flags, out List<ResolvedAddress> addresses, out string error) ? "" : error;
                    Addresses = addresses;
                    _isDone = true;
                    answered.Set();
                },
                StackSize)
            {
                IsBackground = true,
                Name = "resolver",
            };
            thread.Start();
        }

        /// <summary>Whether the others are there.</summary>
        public bool IsDone => _isDone;

        public List<ResolvedAddress> Addresses { get; private set; } = [];

        /// <summary>"" for none.</summary>
        public string Error { get; private set; } = "";
    }
}
