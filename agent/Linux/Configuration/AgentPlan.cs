using System;
using System.Collections.Generic;
using System.Text;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Things;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Tls;
using Defender.Mqtt;

namespace Defender.Agent.Linux.Configuration;

/// <summary>What the parts of the agent are made with, put together from a configuration.</summary>
internal sealed class AgentPlan
{
    private readonly AgentConfiguration _configuration;
    private readonly List<ConfigurationMistake> _mistakes;

    private AgentPlan(AgentConfiguration configuration, List<ConfigurationMistake> mistakes)
    {
        _configuration = configuration;
        _mistakes = mistakes;
        CheckInterfaces(Settings.Interfaces);
        CheckInterfaces(Settings.ExcludeInterfaces);
        Collector = new CollectorOptions
        {
            Caps = new ReportCaps((int)configuration.Number(Settings.MaxPorts), (int)configuration.Number(Settings.MaxConnections)),
            IncludeInterfaces = configuration.Items(Settings.Interfaces),
            ExcludeInterfaces = configuration.Items(Settings.ExcludeInterfaces),
            KernelPath = configuration.Text(Settings.KernelPath) switch
            {
                "netlink" => KernelPath.Netlink,
                "proc" => KernelPath.Proc,
                _ => KernelPath.Auto,
            },
        };
    }

    public CollectorOptions Collector { get; }

    public ReportFormat Format => _configuration.Text(Settings.Format) == "cbor" ? ReportFormat.Cbor : ReportFormat.Json;

    public ReportNames Names => _configuration.Text(Settings.Names) == "short" ? ReportNames.Short : ReportNames.Long;

    /// <summary>Null when only collection was asked for.</summary>
    public ReportOptions? Report { get; private set; }

    /// <summary>Null when only collection was asked for.</summary>
    public DeliveryOptions? Delivery { get; private set; }

    /// <summary>Everything that <c>collect</c> needs.</summary>
    public static AgentPlan ForCollection(AgentConfiguration configuration, List<ConfigurationMistake> mistakes) => new(configuration, mistakes);

    /// <summary>Everything that <c>run</c> needs; with a mistake more in the list it is not to be used.</summary>
    public static AgentPlan ForDelivery(AgentConfiguration configuration, bool once, List<ConfigurationMistake> mistakes)
    {
        AgentPlan plan = new(configuration, mistakes);
        plan.PlanDelivery(once);
        return plan;
    }

    private void PlanDelivery(bool once)
    {
        ThingName? thing = ReadThing();
        Endpoint? endpoint = ReadEndpoint();
        CheckFiles();
        if (_configuration.Text(Settings.Password) is not null && _configuration.Text(Settings.UserName) is null && _configuration.Text(Settings.MqttVersion) == "3.1.1")
            Add(Settings.Password, "MQTT 3.1.1 has no password without a user name; set mqtt.user-name");
        if (thing is null || endpoint is not { } known)
            return;

        Report = new ReportOptions { Thing = thing, Format = Format, Names = Names, Interval = _configuration.Span(Settings.Interval), Once = once };
        Delivery = new DeliveryOptions
        {
            Endpoint = known,
            Tls = new TlsOptions
            {
                Implementation = _configuration.Text(Settings.TlsImplementation) switch
                {
                    "openssl" => TlsImplementation.OpenSsl,
                    "sslstream" => TlsImplementation.SslStream,
                    _ => TlsImplementation.Auto,
                },
                RootCaFile = _configuration.Text(Settings.RootCa),
                CertificateFile = _configuration.Text(Settings.Certificate),
                KeyFile = _configuration.Text(Settings.Key),
                ServerName = _configuration.Text(Settings.ServerName),
            },
            Version = _configuration.Text(Settings.MqttVersion) == "3.1.1" ? MqttVersion.V311 : MqttVersion.V5,
            ClientId = _configuration.Text(Settings.ClientId),
            UserName = _configuration.Text(Settings.UserName),
            Password = Encoding.UTF8.GetBytes(_configuration.Text(Settings.Password) ?? ""),
            KeepAlive = _configuration.Span(Settings.KeepAlive),
            ConnectTimeout = _configuration.Span(Settings.ConnectTimeout),
            AckTimeout = _configuration.Span(Settings.AckTimeout),
            LongestRetryWait = _configuration.Span(Settings.LongestRetryWait),
            SpooledReports = (int)_configuration.Number(Settings.SpooledReports),
            ReplayInterval = _configuration.Span(Settings.ReplayInterval),
            StateDirectory = _configuration.Text(Settings.StateDirectory),
            StatusFile = _configuration.Text(Settings.StatusFile),
        };
    }

    private ThingName? ReadThing()
    {
        if (_configuration.Text(Settings.ThingName) is not { } text)
        {
            Missing(Settings.ThingName);
            return null;
        }

        if (!ThingName.TryParse(text, out ThingName? thing, out ThingNameError error))
            Add(Settings.ThingName, error.Message);
        return thing;
    }

    private Endpoint? ReadEndpoint()
    {
        if (_configuration.Text(Settings.Endpoint) is not { } text)
        {
            Missing(Settings.Endpoint);
            return null;
        }

        // The Device Client's form: a host alone, to which it speaks TLS.
        string url = text.Contains("://", StringComparison.Ordinal) ? text : $"mqtts://{text}";
        if (Endpoint.TryParse(url, out Endpoint endpoint, out string? error))
            return endpoint;
        Add(Settings.Endpoint, error);
        return null;
    }

    // Whether they can be used is for 'config check' and the connection to see: a file may come later, or be renewed.
    private void CheckFiles()
    {
        bool hasCertificate = _configuration.Text(Settings.Certificate) is not null;
        bool hasKey = _configuration.Text(Settings.Key) is not null;
        if (hasCertificate && !hasKey)
            Add(Settings.Certificate, "a certificate needs its private key; set key");
        if (hasKey && !hasCertificate)
            Add(Settings.Key, "a private key needs its certificate; set cert");
    }

    private void CheckInterfaces(Setting setting)
    {
        foreach (string pattern in _configuration.Items(setting))
        {
            if (!InterfacePattern.IsValid(pattern, out string? error))
                Add(setting, error);
        }
    }

    private void Missing(Setting setting)
    {
        if (!_configuration.IsFileUnread)
            _mistakes.Add(new ConfigurationMistake(
                "", $"{setting.Option} is missing: {setting.Option} {setting.Placeholder}, {setting.Path} in a file, or {setting.EnvironmentVariable}"));
    }

    private void Add(Setting setting, string message)
    {
        SettingValue? value = _configuration.Find(setting);
        string where = value?.Source ?? setting.Option;
        _mistakes.Add(new ConfigurationMistake(where, value?.Origin == ValueOrigin.File ? $"{setting.Path}: {message}" : message));
    }
}
