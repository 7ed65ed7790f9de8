using System;
using System.IO;
using Defender.Agent.Linux.Collectors.Interfaces;
using Defender.Agent.Linux.Collectors.Netlink;
using Defender.Agent.Linux.Collectors.Proc;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// The sources of this machine, chosen once: netlink where the kernel answers, /proc for the rest. A source that fails later fails
/// the block of its report and is asked again: it does not change.
/// </summary>
internal sealed class KernelSources
{
    private const string Net = "/proc/self/net";
    private const string Sys = "/sys/class/net";
    private const string Netlink = "netlink";

    private KernelSources()
    {
    }

    public required ISocketSource Sockets { get; init; }

    public required InterfaceTable Table { get; init; }

    public required ICounterSource CounterSource { get; init; }

    /// <summary>What TCP sockets are read from, for the log; likewise the others.</summary>
    public required string Tcp { get; init; }

    public required string Udp { get; init; }

    public required string Interfaces { get; init; }

    public required string Counters { get; init; }

    public static KernelSources Choose(CollectorOptions options)
    {
        NetlinkDump socketDump = new(() => NetlinkSocket.Open(NetlinkSocket.SocketDiagnosis));
        NetlinkDump routeDump = new(() => NetlinkSocket.Open(NetlinkSocket.Route));
        InterfaceFilter filter = new(options.IncludeInterfaces, options.ExcludeInterfaces);

        NetlinkSocketSource netlinkSockets = new(socketDump, new ProcConnectionCounter(Net), VisitedConnections(options.Caps));
        ISocketSource procSockets = new ProcSocketSource(Net);
        ISocketSource tcp = Pick(options, netlinkSockets, procSockets, () => netlinkSockets.Probe(SocketProtocol.Tcp), "tcp", out string tcpFrom);
        ISocketSource udp = Pick(options, netlinkSockets, procSockets, () => netlinkSockets.Probe(SocketProtocol.Udp), "udp", out string udpFrom);

        NetlinkInterfaceReader netlinkInterfaces = new(
            routeDump, static () => NetlinkSocket.Open(NetlinkSocket.Route, NetlinkInterfaceReader.Groups));
        IInterfaceReader reader = Pick<IInterfaceReader>(
            options,
            netlinkInterfaces,
            new ProcInterfaceReader(Net, Sys, new DeviceCalls()),
            () => new InterfaceTable(netlinkInterfaces, filter).Refresh(),
            "dev",
            out string interfacesFrom);
        InterfaceTable table = new(reader, filter);

        NetlinkCounterSource netlinkCounters = new(routeDump, table);
        ICounterSource counters = Pick<ICounterSource>(
            options, netlinkCounters, new ProcCounterSource(Net, table), netlinkCounters.Probe, "dev", out string countersFrom);

        return new KernelSources
        {
            Sockets = new SocketSources(tcp, udp),
            Table = table,
            CounterSource = counters,
            Tcp = tcpFrom,
            Udp = udpFrom,
            Interfaces = interfacesFrom,
            Counters = countersFrom,
        };
    }

    // As many as can be listed; those beyond are only counted, which costs a sixth.
    private static int VisitedConnections(ReportCaps caps) => caps.Connections;

    private static T Pick<T>(CollectorOptions options, T netlink, T proc, Action probe, string file, out string from)
    {
        from = Netlink;
        string reason = "chosen by configuration";
        if (options.KernelPath != KernelPath.Proc)
        {
            try
            {
                probe();
                return netlink;
            }
            catch (IOException) when (options.KernelPath == KernelPath.Netlink)
            {
                return netlink; // Each report says what fails.
            }
            catch (IOException failure)
            {
                reason = failure.Message;
            }
        }

        from = $"{Net}/{file} ({reason})";
        return proc;
    }
}
