using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Defender.Tests;
using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>A gateway with all kinds of listeners, whose devices talk to each other on <c>plant/#</c>.</summary>
internal sealed class DeviceGateway : IAsyncDisposable
{
    private static readonly HttpClient Http = new();
    private readonly string _devices;

    private DeviceGateway(RunningGateway gateway, string devices)
    {
        Gateway = gateway;
        _devices = devices;
    }

    public RunningGateway Gateway { get; }

    public ChildProcess Process => Gateway.Process;

    /// <summary>Port of MQTT in plain TCP.</summary>
    public string Port => Gateway.MqttPort;

    /// <summary>What devices check the gateway's certificate against.</summary>
    public string CaFile => Path.Combine(Gateway.Directory, "identity", "ca.crt");

    public string PoliciesFile => Path.Combine(_devices, "policies.json");

    public static Task<DeviceGateway> StartAsync(params string[] arguments) => StartOnAsync(null, arguments);

    /// <summary>The same on a data directory that stays.</summary>
    public static async Task<DeviceGateway> StartOnAsync(string? data, params string[] arguments)
    {
        string devices = Directory.CreateTempSubdirectory("defender-devices-").FullName;
        string policies = Path.Combine(devices, "policies.json");
        await File.WriteAllTextAsync(policies, Policies("plant"));
        return new DeviceGateway(
            await RunningGateway.StartAsync(
                data,
                ["--mqtts", "0", "--ws", "0", "--wss", "0", "--policies", policies, "--limit", "connects-per-second-of-address=0", .. arguments]),
            devices);
    }

    /// <summary>A policy file: the policy Device, with all rights below a topic.</summary>
    public static string Policies(string root) =>
        """
        {"Device":{"Version":"2012-10-17","Statement":[
          {"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:us-east-1:123456789012:client/${iot:Connection.Thing.ThingName}"},
          {"Effect":"Allow","Action":["iot:Publish","iot:RetainPublish","iot:Receive"],"Resource":[
            "arn:aws:iot:us-east-1:123456789012:topic/$aws/things/${iot:Connection.Thing.ThingName}/*",
            "arn:aws:iot:us-east-1:123456789012:topic/ROOT/*"]},
          {"Effect":"Allow","Action":"iot:Subscribe","Resource":[
            "arn:aws:iot:us-east-1:123456789012:topicfilter/$aws/things/${iot:Connection.Thing.ThingName}/*",
            "arn:aws:iot:us-east-1:123456789012:topicfilter/ROOT/*"]}]}}
        """.Replace("ROOT", root, StringComparison.Ordinal);

    /// <summary>Where it takes a kind of connection: mqtt, mqtts, ws or wss.</summary>
    public async Task<string> PortOfAsync(string scheme) =>
        (await Process.WaitForTranscriptAsync(new Regex($@"\b{scheme}://127\.0\.0\.1:(\d+)"))).Groups[1].Value;

    /// <summary>Enrols a thing; returns the directory with its key and certificate.</summary>
    public async Task<string> EnrolAsync(string thing)
    {
        string folder = Path.Combine(_devices, thing);
        await using ChildProcess enrol = ChildProcess.StartGateway("enrol", thing, "--out", folder, "--policy", "Device", "--data", Gateway.Directory);
        Assert.True(await enrol.WaitForExitAsync() == 0, enrol.Transcript);
        return folder;
    }

    /// <summary>Enrols a thing; returns its certificate with key.</summary>
    public async Task<X509Certificate2> EnrolCertificateAsync(string thing)
    {
        string folder = await EnrolAsync(thing);
        return X509Certificate2.CreateFromPemFile(Path.Combine(folder, $"{thing}.crt"), Path.Combine(folder, $"{thing}.key"));
    }

    /// <summary>What /metrics says now.</summary>
    public async Task<Dictionary<string, double>> MetricsAsync() =>
        PrometheusMetrics.Parse(await Http.GetStringAsync(new Uri($"{Gateway.Api}/metrics")));

    /// <summary>Waits until /metrics says so.</summary>
    public async Task<Dictionary<string, double>> WaitForMetricsAsync(Func<Dictionary<string, double>, bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Dictionary<string, double> metrics = await MetricsAsync();
            if (condition(metrics))
                return metrics;
            Assert.True(TimeProvider.System.GetElapsedTime(start) < ChildProcess.Deadline, $"/metrics stays at {string.Join('\n', metrics)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Memory of the gateway that is in use, in MiB.</summary>
    public long ResidentMebibytes()
    {
        string status = File.ReadAllText($"/proc/{Process.Id}/status");
        return long.Parse(Regex.Match(status, @"VmRSS:\s+(\d+) kB").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Sockets that the gateway has open.</summary>
    public int OpenSockets() => new DirectoryInfo($"/proc/{Process.Id}/fd").GetFiles().Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Directory.Delete(_devices, recursive: true);
    }
}
