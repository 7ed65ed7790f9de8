using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.CommandLine;

namespace Defender.Agent.Linux;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using StandardOutput output = new();
        using StandardError errors = new();

        try
        {
            Application application = new(output, errors, TimeProvider.System, AgentProcess.Current);
            return await application.RunAsync(arguments, stop.Token);
        }
        catch (Exception failure)
        {
            // No core dump and no half-printed stack on a device: one line, and an exit code for its supervisor.
            errors.WriteLine($"defender-agent: unexpected failure: {failure}");
            return Terminal.Failure;
        }

        void OnSignal(PosixSignalContext context)
        {
            // Ours to end: the runtime would exit before DISCONNECT is sent.
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
