using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tests.Tls;

/// <summary>OpenSSL's own server, which answers each line with the same backwards: neither of the implementations under test.</summary>
internal sealed class OpenSslServer : IDisposable
{
    private readonly Process _process;

    private OpenSslServer(Process process, int port, ConcurrentQueue<string> lines)
    {
        _process = process;
        Port = port;
        Lines = lines;
    }

    public int Port { get; }

    /// <summary>What it has printed.</summary>
    public ConcurrentQueue<string> Lines { get; }

    public static Task<OpenSslServer> StartAsync((string Certificate, string Key) identity, params string[] arguments) =>
        StartTalkingAsync(identity, ["-rev", .. arguments]);

    /// <summary>One that prints what it receives, sends what it is told, and does what the letters of s_server(1) say: r renegotiates.</summary>
    public static async Task<OpenSslServer> StartTalkingAsync((string Certificate, string Key) identity, params string[] arguments)
    {
        ConcurrentQueue<string> lines = [];
        ProcessStartInfo start = new("openssl", ["s_server", "-accept", "127.0.0.1:0", "-cert", identity.Certificate, "-key", identity.Key, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        TaskCompletionSource<string> accepts = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Process process = new() { StartInfo = start };
        process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.OutputDataReceived += (_, line) =>
        {
            lines.Enqueue(line.Data ?? "");
            // "ACCEPT 127.0.0.1:41234"
            if (line.Data is null || line.Data.StartsWith("ACCEPT ", StringComparison.Ordinal))
                accepts.TrySetResult(line.Data ?? "openssl s_server did not start");
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        string accept = await accepts.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return new OpenSslServer(process, int.Parse(accept.Split(':')[^1], CultureInfo.InvariantCulture), lines);
    }

    /// <summary>Tells it a line.</summary>
    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
