using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Defender.Agent.Linux.Metrics;
using Xunit;

namespace Defender.Agent.Linux.Tests.Metrics;

public sealed class ListeningProcessesTests : IDisposable
{
    private const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    private readonly TemporaryFolder _folder = new();
    private readonly Values _values = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_port_has_the_program_that_holds_its_socket()
    {
        Row("tcp", 22, "0A", 1001);
        Row("tcp", 22, "01", 1002);
        Row("tcp6", 8080, "0A", 1003);
        Row("udp", 53, "07", 1004);
        Row("udp6", 5353, "01", 1005);
        Process(10, "sshd", 1001, 1002);
        Process(20, "my server (x)", 1003, 1004);
        Process(30, "my server (x)", 1003);

        Assert.Null(_values.Read(new ListeningProcessesSource("m", _folder.Path)));
        Assert.Equal("""{"string_list":["22/tcp:sshd","53/udp:my_server__x_","8080/tcp:my_server__x_"]}""", _values.Of("m"));
    }

    [Fact]
    public void A_port_that_two_programs_hold_has_both()
    {
        Row("tcp", 80, "0A", 7);
        Process(1, "systemd", 7);
        Process(2, "httpd", 7);

        Assert.Null(_values.Read(new ListeningProcessesSource("m", _folder.Path)));
        Assert.Equal("""{"string_list":["80/tcp:httpd","80/tcp:systemd"]}""", _values.Of("m"));
    }

    [Fact]
    public void A_program_that_is_not_seen_is_unknown()
    {
        Row("tcp", 22, "0A", 1001);

        Assert.Null(_values.Read(new ListeningProcessesSource("m", _folder.Path)));
        Assert.Equal("""{"string_list":["22/tcp:unknown"]}""", _values.Of("m"));
    }

    [Fact]
    public void Lines_that_are_no_rows_are_passed_over()
    {
        _folder.Write("self/net/tcp", Head + "   0: 0100007F:ZZZZ 00000000:0000 0A\n\nnothing\n   1: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5 1\n");

        Assert.Null(_values.Read(new ListeningProcessesSource("m", _folder.Path)));
        Assert.Equal("""{"string_list":["22/tcp:unknown"]}""", _values.Of("m"));
    }

    [Fact]
    public void A_table_of_many_lines_is_read_to_its_end()
    {
        for (int i = 0; i < 1500; i++)
            Row("tcp", 10_000 + i, "0A", 5000 + i);
        Process(1, "many", 5000, 6499);

        Assert.Null(_values.Read(new ListeningProcessesSource("m", _folder.Path)));
        string[] texts = JsonSerializer.Deserialize<string[]>(JsonDocument.Parse(_values.Of("m")).RootElement.GetProperty("string_list").GetRawText())!;
        Assert.Equal(1000, texts.Length);
        Assert.Contains("10000/tcp:many", texts);
        Assert.Contains("11499/tcp:many", texts);
    }

    [Fact]
    public void Of_a_process_4096_descriptors_are_looked_at()
    {
        for (int i = 0; i < 900; i++)
            Row("tcp", 10_000 + i, "0A", 10_000 + i);
        int[] listeners = [.. Enumerable.Range(10_000, 900)];
        int[] connections = [.. Enumerable.Range(20_000, 3400)];

        // Directories of a test list the newest first, or the oldest, or in any order: one of the two has listeners at its end.
        int first = Seen([.. listeners, .. connections]);
        int last = Seen([.. connections, .. listeners]);

        // 4,300 descriptors and two dots.
        Assert.InRange(Math.Min(first, last), 900 - (4302 - 4096), 899);
    }

    [Fact]
    public void Without_the_tables_it_has_a_reason() =>
        Assert.Equal("/proc/self/net cannot be read", _values.Read(new ListeningProcessesSource("m", _folder.Path)));

    [Fact]
    public void This_process_is_found_by_its_own_listener()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string program = File.ReadAllText("/proc/self/comm").Trim();

        Assert.Null(_values.Read(new ListeningProcessesSource("m")));
        Assert.Contains($"\"{port}/tcp:{program.Replace(' ', '_')}", _values.Of("m"), StringComparison.Ordinal);
    }

    // How many of the listeners are found in a process that has these sockets.
    private int Seen(int[] inodes)
    {
        Process(1, "server", inodes);
        Assert.Null(_values.Read(new ListeningProcessesSource("m", _folder.Path)));
        Directory.Delete(Path.Combine(_folder.Path, "1"), recursive: true);
        return _values.Of("m").Split(":server").Length - 1;
    }

    private void Row(string table, int port, string state, int inode)
    {
        string path = Path.Combine(_folder.Path, "self", "net", table);
        if (!File.Exists(path))
            _folder.Write($"self/net/{table}", Head);
        string address = table.EndsWith('6') ? new string('0', 32) : "00000000";
        File.AppendAllText(path, $"   0: {address}:{port:X4} {address}:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0000000000000000 100 0 0 10 0\n");
    }

    private void Process(int id, string program, params int[] inodes)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, $"{id}", "fd")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "0"), "/dev/null");
        for (int i = 0; i < inodes.Length; i++)
            File.CreateSymbolicLink(Path.Combine(folder, $"{3 + i}"), $"socket:[{inodes[i]}]");
        File.WriteAllText(Path.Combine(_folder.Path, $"{id}", "comm"), program + "\n");
    }
}
