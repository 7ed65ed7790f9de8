using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tests.Tls;

/// <summary>OpenSSL's own server, which answers each line with the same backwards: neither of the implementations under test.</summary>
internal sealed class OpenSslServer : IDisposable
{
    private readonly Process _process;

    private OpenSslServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<OpenSslServer> StartAsync((string Certificate, string Key) identity, params string[] arguments)
    {
        ProcessStartInfo start = new("openssl", ["s_server", "-accept", "127.0.0.1:0", "-cert", identity.Certificate, "-key", identity.Key, "-rev", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        TaskCompletionSource<string> accepts = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Process process = new() { StartInfo = start };
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, line) =>
        {
            // "ACCEPT 127.0.0.1:41234"
            if (line.Data is null || line.Data.StartsWith("ACCEPT ", StringComparison.Ordinal))
                accepts.TrySetResult(line.Data ?? "openssl s_server did not start");
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        string accept = await accepts.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return new OpenSslServer(process, int.Parse(accept.Split(':')[^1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
