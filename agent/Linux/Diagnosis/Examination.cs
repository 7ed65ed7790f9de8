using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Looks at everything around the agent, one thing after the other.</summary>
internal sealed class Examination(AgentConfiguration configuration, AgentPlan plan, Terminal terminal)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // Older than this software: a clock that starts anew at each boot, as on a Raspberry Pi without a network.
    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Finding> _findings = [];

    public async Task<List<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        CheckClock();
        _findings.AddRange(new CredentialFiles(configuration, terminal.TimeProvider.GetUtcNow()).Check());
        if (plan.Delivery is { } delivery)
        {
            await CheckGatewayAsync(delivery, cancellationToken);
            CheckState(delivery);
        }

        CheckRights();
        await CheckMetricsAsync(cancellationToken);
        return _findings;
    }

    private void CheckClock()
    {
        DateTimeOffset now = terminal.TimeProvider.GetUtcNow();
        string shown = now.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        if (now < Earliest)
            _findings.Add(Finding.Failure("clock", $"it says {shown}: no certificate is valid then", "timedatectl set-ntp true"));
        else if (configuration.File is { } file && File.Exists(file) && File.GetLastWriteTimeUtc(file) > now.UtcDateTime.AddDays(1))
            _findings.Add(Finding.Warning("clock", $"it says {shown}, and {file} was written later", "timedatectl set-ntp true"));
        else
            _findings.Add(Finding.Good("clock", $"it says {shown}"));
    }

    private async Task CheckGatewayAsync(DeliveryOptions delivery, CancellationToken cancellationToken)
    {
        const string Subject = "gateway";
        Endpoint endpoint = delivery.Endpoint;
        string host = CredentialFiles.Quote(endpoint.Host);
        using CancellationTokenSource timeout = new(ConnectTimeout, terminal.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(endpoint.Host, either.Token);
        }
        catch (Exception failure) when (IsExpected(failure, cancellationToken))
        {
            _findings.Add(Finding.Failure(Subject, $"the name {endpoint.Host} cannot be resolved: {Reason(failure)}", $"getent ahosts {host}"));
            return;
        }

        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(addresses, endpoint.Port, either.Token);
            _findings.Add(Finding.Good(Subject, $"{endpoint} takes connections at {socket.RemoteEndPoint}"));
        }
        catch (Exception failure) when (IsExpected(failure, cancellationToken))
        {
            _findings.Add(Finding.Failure(Subject, $"{endpoint} takes no connections: {Reason(failure)}", $"nc -vz {host} {endpoint.Port}"));
        }
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
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
            _findings.Add(Finding.Good(Subject, $"{directory} can be written"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string quoted = CredentialFiles.Quote(directory);
            _findings.Add(Finding.Failure(Subject, $"{directory} cannot be written: {failure.Message}", $"install -d -m 700 -o \"$USER\" {quoted} && df -h {quoted}"));
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
            _findings.Add(reason is null
                ? Finding.Good("metric", $"{name} can be read")
                : Finding.Warning("metric", $"{name}: {reason}", MendOf(name)));
        }
    }

    private string MendOf(string name)
    {
        foreach ((UserMetric metric, _) in configuration.CustomMetrics.Own)
        {
            if (metric.Name == name)
                return metric.Command.Length > 0 ? string.Join(' ', Array.ConvertAll(metric.Command, CredentialFiles.Quote)) : $"head -c {metric.MaxBytes} {CredentialFiles.Quote(metric.File)}";
        }

        return $"defender-agent config show | grep {Settings.CustomMetrics}.{name}";
    }

    private static bool IsExpected(Exception failure, CancellationToken cancellationToken) =>
        failure is SocketException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Reason(Exception failure) =>
        failure is OperationCanceledException ? $"no answer within {ConnectTimeout.TotalSeconds:0} s" : failure.Message;
}
