using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Defender.Gateway.Tests.Running;

/// <summary>
/// A PostgreSQL server of the tests' own, from Debian's binaries: started with its first use, gone with all its files when
/// it is disposed or when this process ends, however it ends.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string Password = "not-to-be-shown";

    // Commands come as lines; their end is the end of the server. It refuses to run as root.
    private const string Driver =
        """
        set -e; umask 077
        folder=$(mktemp -d "${TMPDIR:-/tmp}/defender-postgres-XXXXXX"); data=$folder/data
        finish() { "$0/pg_ctl" stop -D "$data" -m immediate; rm -rf "$folder"; }
        trap finish EXIT; trap 'exit 1' TERM INT
        echo "$2" >"$folder/password"
        "$0/initdb" -D "$data" -U defender -A scram-sha-256 --pwfile="$folder/password" -E UTF8 --locale=C --no-sync
        echo "listen_addresses = '127.0.0.1'
        port = $1
        unix_socket_directories = '$folder'
        fsync = on" >>"$data/postgresql.conf"
        end_all() { # the children would live on for a moment, and go on with their work
          server=$(head -1 "$data/postmaster.pid")
          kill -9 $server $(cat /proc/$server/task/$server/children)
        }
        start() {
          for attempt in 1 2 3 4 5 6 7 8 9 10; do
            "$0/pg_ctl" start -D "$data" -w -l "$folder/log" </dev/null 3>&- && return
            sleep 0.3 # after a kill its last children may still hold the shared memory
          done
          cat "$folder/log" >&2; return 1
        }
        while read -r command pid; do
          case $command in
            start) start ;;
            stop) "$0/pg_ctl" stop -D "$data" -m fast ;;
            kill) if [ "$pid" ]; then kill -9 "$pid"; else end_all; fi ;;
          esac
          echo "done: $command" >&3
        done
        """;

    private readonly Lock _gate = new();
    private Process? _driver;
    private int _port;

    /// <summary>Where Debian keeps the server's programs; null when they are not installed.</summary>
    public static string? Binaries { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
            .MaxBy(folder => int.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), CultureInfo.InvariantCulture, out int version) ? version : 0)
        : null;

    /// <summary>Starts the server where it has not been.</summary>
    public string ConnectionString
    {
        get
        {
            lock (_gate)
            {
                if (_driver is null)
                {
                    _port = TakeFreePort();
                    _driver = StartDriver(_port);
                    Send("start");
                }
            }

            return ConnectionStringOf(_port);
        }
    }

    public int Port => _port;

    /// <summary>For a peer in between.</summary>
    public static string ConnectionStringOf(int port) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database=postgres;Username=defender;Password={Password};Timeout=20");

    /// <summary>Whether a text gives the password away.</summary>
    public static bool Tells(string text) => text.Contains(Password, StringComparison.Ordinal);

    public void Start() => Send("start");

    public void Stop() => Send("stop");

    /// <summary>Ends the server as a power cut would, or one of its processes as the system does when memory is short.</summary>
    public void Kill9(int? process = null) => Send(string.Create(CultureInfo.InvariantCulture, $"kill {process}"));

    public void Dispose()
    {
        if (_driver is null)
            return;
        _driver.StandardInput.Close();
        if (!_driver.WaitForExit(TestGateway.Deadline))
            _driver.Kill(entireProcessTree: true);
        _driver.Dispose();
    }

    private static Process StartDriver(int port)
    {
        string[] asNobody = Environment.UserName == "root" ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];
        // The programs' own words go to a file that nobody reads unless a start fails; answers go to standard output.
        string[] words = [.. asNobody, "sh", "-c", $"exec 3>&1 >/dev/null\n{Driver}", Binaries!, port.ToString(CultureInfo.InvariantCulture), Password];
        var start = new ProcessStartInfo(words[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        foreach (string word in words.Skip(1))
            start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    private static int TakeFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Send(string command)
    {
        _driver!.StandardInput.WriteLine(command);
        _driver.StandardInput.Flush();
        string? answer = _driver.StandardOutput.ReadLine();
        if (answer != $"done: {command.Split(' ')[0]}")
            throw new InvalidOperationException($"the PostgreSQL server did not {command}");
    }
}
