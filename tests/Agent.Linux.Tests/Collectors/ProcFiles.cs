using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using Defender.Agent.Linux.Collectors.Interfaces;
using Defender.Agent.Linux.Collectors.Proc;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>A /proc/self/net and a /sys/class/net of a test's own, and the ioctls that go with them.</summary>
internal sealed class ProcFiles : IDisposable, IDeviceCalls
{
    private const string SocketHeader =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private const string DeviceHeader =
        """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

        """;

    private readonly Dictionary<string, int> _indexes = [];
    private readonly Dictionary<string, string> _drivers = [];
    private byte[] _ipv4 = [];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("defender-agent-");

    public ProcFiles()
    {
        Directory.CreateDirectory(Net);
        Directory.CreateDirectory(Sys);
        foreach (string table in new[] { "tcp", "tcp6", "udp", "udp6" })
            Sockets(table);
    }

    public string Net => Path.Combine(_root.FullName, "net");

    public string Sys => Path.Combine(_root.FullName, "sys");

    /// <summary>Writes a table; a row is <c>local remote state</c>, the rest of it is made up.</summary>
    public void Sockets(string table, params string[] rows)
    {
        using StreamWriter file = new(Path.Combine(Net, table));
        file.WriteLine(SocketHeader);
        for (int i = 0; i < rows.Length; i++)
            file.WriteLine($"{i,4}: {rows[i]} 00000000:00000000 00:00000000 00000000     0        0 {1000 + i} 1 0000000000000000 100 0 0 10 0");
    }

    /// <summary>Writes a table as it is.</summary>
    public void Raw(string table, string text) => File.WriteAllText(Path.Combine(Net, table), text);

    /// <summary>Writes /proc/net/dev; the first two and the ninth and tenth number are bytes and packets.</summary>
    public void Devices(params string[] rows) => File.WriteAllText(Path.Combine(Net, "dev"), DeviceHeader + string.Join('\n', rows) + "\n");

    /// <summary>An interface, for the ioctls and in /sys.</summary>
    public void Interface(string name, int index, string driver = "", string? master = null, int? lower = null, string? lowerName = null)
    {
        _drivers[name] = driver;
        _indexes[name] = index;
        string directory = Path.Combine(Sys, name);
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "iflink"), $"{lower ?? index}\n");
        if (master is not null)
            File.CreateSymbolicLink(Path.Combine(directory, "master"), $"../{master}");
        if (lowerName is not null)
            File.CreateSymbolicLink(Path.Combine(directory, $"lower_{lowerName}"), $"../{lowerName}");
    }

    /// <summary>An IPv4 address, with a label such as eth0:1.</summary>
    public void Ipv4(string label, string address)
    {
        byte[] request = new byte[DeviceCalls.RequestBytes];
        Encoding.ASCII.GetBytes(label, request);
        request[DeviceCalls.NameBytes] = 2;
        IPAddress.Parse(address).TryWriteBytes(request.AsSpan(DeviceCalls.NameBytes + 4), out _);
        _ipv4 = [.. _ipv4, .. request];
    }

    public InterfaceTable Table(InterfaceFilter? filter = null) => new(Reader(), filter ?? new InterfaceFilter([], []));

    public IInterfaceReader Reader() => new ProcInterfaceReader(Net, Sys, this);

    public int IndexOf(ReadOnlySpan<byte> name) => _indexes.GetValueOrDefault(Encoding.ASCII.GetString(name));

    public int NameOf(int index, Span<byte> name) =>
        _indexes.FirstOrDefault(item => item.Value == index).Key is { } found ? Encoding.ASCII.GetBytes(found, name) : 0;

    public bool IsLoopback(ReadOnlySpan<byte> name) => name.SequenceEqual("lo"u8);

    public int DriverOf(ReadOnlySpan<byte> name, Span<byte> driver) => Encoding.ASCII.GetBytes(_drivers[Encoding.ASCII.GetString(name)], driver);

    public ReadOnlySpan<byte> ListIpv4() => _ipv4;

    public void Dispose() => _root.Delete(recursive: true);
}
