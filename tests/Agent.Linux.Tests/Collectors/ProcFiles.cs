using System;
using System.IO;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>A /proc/self/net and a /sys/class/net of a test's own.</summary>
internal sealed class ProcFiles : IDisposable
{
    private const string SocketHeader =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private const string DeviceHeader =
        """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

        """;

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

    /// <summary>An interface of /sys, with marks such as <c>brport</c>.</summary>
    public void Interface(string name, int index, params string[] marks)
    {
        string directory = Path.Combine(Sys, name);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "ifindex"), $"{index}\n");
        foreach (string mark in marks)
            Directory.CreateDirectory(Path.Combine(directory, mark));
    }

    public void Dispose() => _root.Delete(recursive: true);
}
