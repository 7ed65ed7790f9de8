using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Files;
using Defender.Agent.Linux.Metrics;
using Defender.Agent.Linux.State;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Looks at everything around the agent, one thing after the other.</summary>
internal sealed class Examination(AgentConfiguration configuration, AgentPlan plan, Terminal terminal)
{
    // Older than this software: a clock that starts anew at each boot, as on a Raspberry Pi without a network.
    private const long SecondsOfDay = 86_400;

    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // errno.h: ENOSPC, EROFS, EDQUOT.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int OverQuota = 122;

    private readonly List<Finding> _findings = [];

    public async Task<List<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        CheckClock();
        _findings.AddRange(new CredentialFiles(configuration, terminal.TimeProvider.GetUtcNow()).Check());
        if (plan.Delivery is { } delivery)
        {
            _findings.AddRange(new GatewayProbe(delivery, configuration.Text(Settings.ThingName)!, terminal.TimeProvider).Run(cancellationToken));
            CheckState(delivery);
        }

        CheckRights();
        _findings.AddRange(KernelProbe.Run(plan.Collector, terminal.Process.IsRoot));
        await CheckMetricsAsync(cancellationToken);
        return _findings;
    }

    private void CheckClock()
    {
        DateTimeOffset now = terminal.TimeProvider.GetUtcNow();
        string shown = UtcText.Minutes(now);
        if (now < Earliest)
            _findings.Add(Finding.Failure("clock", $"it says {shown}: no certificate is valid then", "timedatectl set-ntp true"));
        else if (configuration.File is { } file && FileSystem.Exists(file) && FileSystem.Status(file).WrittenAt > now.ToUnixTimeSeconds() + SecondsOfDay)
            _findings.Add(Finding.Warning("clock", $"it says {shown}, and {file} was written later", "timedatectl set-ntp true"));
        else
            _findings.Add(Finding.Good("clock", $"it says {shown}"));
    }

    private void CheckState(DeliveryOptions delivery)
    {
        const string Subject = "state";
        if (delivery.StateDirectory is not { } directory)
        {
            _findings.Add(Finding.Good(Subject, "no state directory is set: what is not delivered is lost with a restart (the installed service has one)"));
            return;
        }

        string probe = Path.Combine(directory, $".doctor-{Environment.ProcessId}");
        try
        {
            // Never through a link: root may ask, and the directory is the agent's.
            FileSystem.Create(probe, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            FileSystem.Delete(probe);
            _findings.Add(StateDirectory.IsOpenToAll(directory)
                ? Finding.Failure(Subject, $"{directory} is not used: {StateDirectory.OpenToAll}", $"chmod 700 {CredentialFiles.Quote(directory)}")
                : Finding.Good(Subject, $"{directory} can be written"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string text = $"{directory} cannot be written: {FileFailure.Reason(failure)}";
            string quoted = CredentialFiles.Quote(directory);
            _findings.Add(failure is IOException { HResult: NoSpace or ReadOnly or OverQuota }
                ? Finding.Failure(Subject, text, look: $"findmnt -T {quoted} -o TARGET,FSTYPE,OPTIONS,SIZE,AVAIL")
                : Finding.Failure(Subject, text, $"{(terminal.Process.IsRoot ? "" : "sudo ")}install -d -m 700 -o \"$(id -u)\" {quoted}"));
        }
    }

    private void CheckRights()
    {
        if (terminal.Process.IsRoot)
            _findings.Add(Finding.Good("rights", "this examination runs as root and sees what the service may not; the agent itself does not run as root"));
        else
            _findings.Add(Finding.Good("rights", "an ordinary user, which is all the agent needs"));
    }

    private async Task CheckMetricsAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, string? reason) in await RunVerb.Metrics(configuration, terminal).TryAllAsync(new Report(0, 0).CustomMetrics, cancellationToken))
        {
            _findings.Add(reason is null ? Finding.Good("metric", $"{name} can be read") : Explain(name, reason));
        }
    }

    private Finding Explain(string name, string reason)
    {
        const string Subject = "metric";
        string text = $"{name}: {reason}";
        string file = CredentialFiles.Quote(configuration.File ?? "");
        foreach ((UserMetric metric, _) in configuration.CustomMetrics.Own)
        {
            if (metric.Name == name)
            {
                return Finding.Warning(Subject, text, look: metric.Command.Length == 0 ? $"ls -lL {CredentialFiles.Quote(metric.File)}"
                    : metric.Command.Length == 1 ? CredentialFiles.Quote(metric.Command[0])
                    // Arguments are the place where people put passwords, and findings are sent around.
                    : $"grep -n -A 5 {CredentialFiles.Quote(name)} {file}");
            }
        }

        // What a ready-made one needs is not on this machine, such as utmp or a thermal zone: it is switched off.
        return Finding.Warning(Subject, text, $"sed -i 's/\"{name}\"[[:space:]]*:[[:space:]]*true/\"{name}\": false/' {file}");
    }
}
