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
    // Not /proc/net, which is absent where /proc is mounted with subset=pid.
    private const string Self = "/proc/self/net";
    private const string Sys = "/sys/class/net";
    private const string Netlink = "netlink";
    private const int MaxAttempts = 4;

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

    /// <param name="options">Caps, interfaces and path.</param>
    /// <param name="net">Where the tables of the network namespace are, which may be that of the thread only.</param>
    public static KernelSources Choose(CollectorOptions options, string net = Self)
    {
        NetlinkDump socketDump = new(NetlinkSocket.OpenSocketDiagnosis);
        NetlinkDump routeDump = new(static () => NetlinkSocket.OpenRoute());
        InterfaceFilter filter = new(options.IncludeInterfaces, options.ExcludeInterfaces);

        NetlinkSocketSource netlinkSockets = new(socketDump, new ProcConnectionCounter(net), VisitedConnections(options.Caps));
        ISocketSource procSockets = new ProcSocketSource(net);
        ISocketSource tcp = Pick(options, netlinkSockets, procSockets, () => netlinkSockets.Probe(SocketProtocol.Tcp), $"{net}/tcp", out string tcpFrom);
        ISocketSource udp = Pick(options, netlinkSockets, procSockets, () => netlinkSockets.Probe(SocketProtocol.Udp), $"{net}/udp", out string udpFrom);

        NetlinkInterfaceReader netlinkInterfaces = new(
            routeDump, static () => NetlinkSocket.OpenRoute(NetlinkInterfaceReader.Groups));
        // What the probe has read is what the first report uses: changes since then come as events.
        InterfaceTable netlinkTable = new(netlinkInterfaces, filter);
        InterfaceTable procTable = new(new ProcInterfaceReader(net, Sys, new DeviceCalls()), filter);
        InterfaceTable table = Pick(options, netlinkTable, procTable, netlinkTable.Refresh, $"{net}/dev", out string interfacesFrom);

        NetlinkCounterSource netlinkCounters = new(routeDump, table);
        ICounterSource counters = Pick<ICounterSource>(
            options, netlinkCounters, new ProcCounterSource(net, table), netlinkCounters.Probe, $"{net}/dev", out string countersFrom);

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
        for (int attempt = 1; options.KernelPath != KernelPath.Proc; attempt++)
        {
            try
            {
                probe();
                return netlink;
            }
            catch (DumpInterruptedException) when (attempt < MaxAttempts)
            {
                // Containers come and go meanwhile.
            }
            catch (IOException) when (options.KernelPath == KernelPath.Netlink)
            {
                return netlink; // Each report says what fails.
            }
            catch (IOException failure)
            {
                reason = failure.Message;
                break;
            }
        }

        from = $"{file} ({reason})";
        return proc;
    }
}
