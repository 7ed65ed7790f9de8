using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Defender.Gateway.Access;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>A broker in a process of its own, and what that process takes of the machine.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // One address and few connections stand for a fleet here.
    private static readonly string[] Unlimited =
    [
        "--limit", "connects-per-second-of-address=0", "--limit", "connects-per-second-of-client=0",
        "--limit", "publishes-per-second=0", "--limit", "publish-bytes-per-second=0",
    ];

    // USER_HZ, which Linux has fixed at 100.
    private const double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly string _directory;
    private readonly StringBuilder _transcript = new();

    private ServerProcess(string name, string program, string directory, IEnumerable<string> arguments)
    {
        Name = name;
        _directory = directory;
        _process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Port { get; private set; }

    /// <summary>Where TLS is spoken, if it is.</summary>
    public int TlsPort { get; private set; }

    /// <summary>Of the gateway only.</summary>
    public int HttpPort { get; private set; }

    /// <summary>Of the gateway only: the key that its API takes.</summary>
    public AccessKey? Key { get; private set; }

    /// <summary>User and system time since the start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{Name} has ended with exit code {_process.ExitCode}:\n{_transcript}");
            // The name of the program may hold spaces; what follows its parenthesis does not.
            string stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds(
                (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    /// <summary>Resident memory in KiB.</summary>
    public long ResidentKilobytes => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    /// <summary>Debian's mosquitto, which acknowledges and forgets.</summary>
    public static ServerProcess StartMosquitto(LoadSettings settings)
    {
        string directory = Directory.CreateTempSubdirectory("defender-benchmark-").FullName;
        int port = FreePort();
        int tlsPort = settings.Tls is null ? 0 : FreePort();
        string tls = settings.Tls is not { } client ? "" : $"""

            listener {tlsPort} 127.0.0.1
            cafile {client.Ca}
            certfile {settings.ServerTls.Certificate}
            keyfile {settings.ServerTls.Key}
            require_certificate true
            """;
        string configuration = Path.Combine(directory, "mosquitto.conf");
        File.WriteAllText(configuration, $"""
            user {Environment.UserName}
            allow_anonymous true
            persistence false
            log_type error
            max_connections -1
            listener {port} 127.0.0.1
            {tls}

            """);
        var server = new ServerProcess("mosquitto", "/usr/sbin/mosquitto", directory, ["-c", configuration]) { Port = port, TlsPort = tlsPort };
        server.WaitFor(() => Answers(port));
        return server;
    }

    /// <summary>The gateway as it was built with this program, judging each report by ten behaviors.</summary>
    public static ServerProcess StartGateway(LoadSettings settings)
    {
        string directory = Directory.CreateTempSubdirectory("defender-benchmark-").FullName;
        (string profile, string alerts) = LoadProfile.Write(directory);
        string data = Path.Combine(directory, "data");
        int tlsPort = settings.Tls is null ? 0 : FreePort();
        IReadOnlyList<string> tls = GatewayTls.Prepare(settings, directory, data, tlsPort);
        var server = new ServerProcess(
            "gateway",
            Path.Combine(AppContext.BaseDirectory, "defender-gateway"),
            directory,
            ["run", "--mqtt", "0", "--http", "0", "--data", data, "--profile", profile, "--alerts", alerts, .. tls, .. Unlimited, .. settings.GatewayArguments])
        {
            TlsPort = tlsPort,
        };
        server.WaitFor(() => Listening().IsMatch(server.Transcript()));
        Match ports = Listening().Match(server.Transcript());
        server.Port = int.Parse(ports.Groups[1].Value, CultureInfo.InvariantCulture);
        server.HttpPort = int.Parse(ports.Groups[2].Value, CultureInfo.InvariantCulture);
        Match key = FirstKey().Match(server.Transcript());
        server.Key = new AccessKey(key.Groups[1].Value, key.Groups[2].Value, AccessRights.Full, default);
        return server;
    }

    public void Dispose()
    {
        _process.Kill(); // Without effect on one that has ended.
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Transcript()
    {
        lock (_transcript)
            return _transcript.ToString();
    }

    // The start is what matters; a gateway that logs each client would fill the memory.
    private void Keep(string? line)
    {
        lock (_transcript)
        {
            if (_transcript.Length < 100_000)
                _transcript.Append(line).Append('\n');
        }
    }

    private void WaitFor(Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        if (SpinWait.SpinUntil(() => _process.HasExited || condition(), Deadline) && !_process.HasExited)
            return;
        Dispose();
        throw new InvalidOperationException($"{Name} did not start within {TimeProvider.System.GetElapsedTime(start)}:\n{Transcript()}");
    }

    [GeneratedRegex(@"AWS_ACCESS_KEY_ID=(\S+)\s+export AWS_SECRET_ACCESS_KEY=(\S+)\n")]
    private static partial Regex FirstKey();

    [GeneratedRegex(@"mqtt://127\.0\.0\.1:(\d+) and http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
