using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Access;
using Defender.Gateway.Admin;
using Defender.Gateway.Alerts;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Handlers;
using Defender.Gateway.Api.Signing;
using Defender.Gateway.Brokers;
using Defender.Gateway.Brokers.Events;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Export;
using Defender.Gateway.Identity;
using Defender.Gateway.Ingest;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Policies;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Telemetry;
using Defender.Gateway.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Defender.Gateway.Hosting;

/// <summary>A gateway as a whole: made from its options, started, and stopped with nothing left behind.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private readonly WebApplication _app;
    private readonly IStore _store;
    private readonly DataDirectory _directory;
    private readonly DeviceListeners _listeners;
    private int _disposed;

    private GatewayHost(GatewayOptions options, WebApplication app, IStore store, DataDirectory directory, DeviceListeners listeners)
    {
        _listeners = listeners;
        _options = options;
        _app = app;
        _store = store;
        _directory = directory;
    }

    /// <summary>The MQTT port; meaningful after the start.</summary>
    public int MqttPort { get; private set; }

    /// <summary>The port of MQTT over TLS; meaningful after the start, 0 where there is none.</summary>
    public int MqttsPort { get; private set; }

    /// <summary>The port of MQTT over WebSocket and TLS; meaningful after the start, 0 where there is none.</summary>
    public int WssPort { get; private set; }

    /// <summary>The port of MQTT over WebSocket on loopback; meaningful after the start, 0 where there is none.</summary>
    public int WsPort { get; private set; }

    /// <summary>The services of the gateway, for what runs beside it in one process.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The access key that was made because the data directory had none; null otherwise. Its secret is kept sealed: show it now.</summary>
    public AccessKey? FirstKey { get; private init; }

    /// <summary>The HTTP port; meaningful after the start.</summary>
    public int HttpPort { get; private set; }

    /// <summary>One of the objects that the gateway is made of.</summary>
    internal T Find<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Loads the rules and opens the store; nothing listens yet.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="output">Where violation events are printed.</param>
    /// <param name="timeProvider">All clocks of the gateway.</param>
    /// <param name="cancellationToken">Ends the wait for other processes.</param>
    /// <exception cref="StartupException">A file has mistakes.</exception>
    /// <exception cref="StoreException">The data directory cannot be used.</exception>
    public static Task<GatewayHost> CreateAsync(
        GatewayOptions options, TextWriter output, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        CreateAsync(options, output, timeProvider, directory => new StoreLocation(directory, options.Postgres).Open(), static _ => { }, cancellationToken);

    /// <summary>The same with another store, and with more places for logs.</summary>
    public static async Task<GatewayHost> CreateAsync(
        GatewayOptions options,
        TextWriter output,
        TimeProvider timeProvider,
        Func<string, IStore> openStore,
        Action<ILoggingBuilder> configureLogging,
        CancellationToken cancellationToken)
    {
        AlertConfiguration alerts = options.AlertsFile is { } file ? AlertConfiguration.Load(file) : AlertConfiguration.None;
        // Read now: a gateway does not start with files that it cannot use.
        if (options.Broker is { } broker)
            BrokerCredentials.Load(broker).Dispose();
        DataDirectory directory = DataDirectory.Take(options.DataDirectory);
        IStore? store = null;
        IIdentityStore? identities = null;
        try
        {
            store = openStore(directory.Path);
            identities = new StoreLocation(directory.Path, options.Postgres).OpenIdentities();
            DeviceListeners listeners = await DeviceListeners.PrepareAsync(options, directory.Path, identities, timeProvider, cancellationToken).ConfigureAwait(false);
            var arns = new Arns(options.Region, options.AccountId);
            var control = new ControlPlane(store, arns, timeProvider);
            ImmutableArray<SecurityProfile> provisioned = Provisioning.Apply(control, options.DefinitionsFile, options.ProfileFiles);
            var keys = new AccessKeyFile(directory.Path, timeProvider);
            AccessKey? firstKey = await keys.EnsureFirstAsync(cancellationToken).ConfigureAwait(false);
            WebApplication app = Build(options, arns, control, keys, alerts, store, listeners, output, timeProvider, configureLogging);
            ILogger logger = app.Services.GetRequiredService<ILogger<GatewayHost>>();
            foreach (SecurityProfile profile in provisioned)
                logger.ProfileAttached(profile.Name, profile.Behaviors.Length);
            return new GatewayHost(options, app, store, directory, listeners) { FirstKey = firstKey };
        }
        catch
        {
            identities?.Dispose();
            store?.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Listens on both ports.</summary>
    /// <exception cref="StartupException">A port is in use or not allowed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            // Kestrel's message names the address it could not bind.
            (string scheme, int port) = _listeners.Ports.FirstOrDefault(
                listener => error.Message.Contains($":{listener.Item2}:", StringComparison.Ordinal), ("http", _options.HttpPort));
            throw new StartupException($"port {port} is in use: choose another with --{scheme}");
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new StartupException($"cannot listen: {error.Message}");
        }

        MqttListener mqtt = _app.Services.GetRequiredService<MqttListener>();
        MqttPort = mqtt.Port;
        MqttsPort = mqtt.TlsPort;
        int[] ports = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address).Port)];
        HttpPort = ports[^1];
        ILogger logger = _app.Services.GetRequiredService<ILogger<GatewayHost>>();
        if (!_app.Services.GetRequiredService<ControlPlane>().State.Profiles.All.Any(profile => profile.Targets.Count > 0))
            logger.NoProfile();
        logger.Listening(MqttPort, HttpPort, _directory.Path);
        if (_listeners.TlsPort is not null)
            logger.ListeningToo($"mqtts://{_listeners.TlsAddresses[0]}:{MqttsPort}");
        // In the order that Kestrel was told.
        foreach ((string scheme, int port) in _listeners.Ports.Zip(ports, (listener, port) => (listener.Scheme, port)))
        {
            if (scheme == "wss")
                WssPort = port;
            else
                WsPort = port;
            logger.ListeningToo($"{scheme}://{(scheme == "ws" ? null : _options.Listeners.TlsAddress) ?? IPAddress.Loopback}:{port}");
        }
    }

    /// <summary>Returns when the gateway has stopped: true when the process was told to, false when a part of it failed.</summary>
    public async Task<bool> WaitForShutdownAsync(CancellationToken cancellationToken)
    {
        await _app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        ILogger logger = _app.Services.GetRequiredService<ILogger<GatewayHost>>();
        bool isWhole = true;
        foreach (BackgroundService part in _app.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (part.ExecuteTask?.Exception is not { } failure)
                continue;
            logger.PartFailed(failure.InnerException!, part.GetType().Name);
            isWhole = false;
        }

        logger.Stopped();
        return isWhole;
    }

    /// <summary>Stops what runs, also after a start that failed halfway, and gives the data directory back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        try
        {
            // Disposing alone would not wait for the owner of the things, which uses the store.
            await _app.StopAsync().ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _listeners.Dispose();
            _store.Dispose();
            _directory.Dispose();
        }
    }

    private static WebApplication Build(
        GatewayOptions options,
        Arns arns,
        ControlPlane control,
        AccessKeyFile keys,
        AlertConfiguration alerts,
        IStore store,
        DeviceListeners listeners,
        TextWriter output,
        TimeProvider timeProvider,
        Action<ILoggingBuilder> configureLogging)
    {
        // Empty: nothing is read from the environment or the working directory behind the options' back.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        // Standard output carries violation events and nothing else.
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // Whoever does not read the log must not stop the gateway; the logger says how many lines it dropped.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // It repeats, with a stack trace, what the start throws and what WaitForShutdownAsync logs.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

        // Kestrel opens a scope for each connection; nobody prints it, and it would be kept as long as the connection.
        builder.Services.Configure<LoggerFilterOptions>(static filter => filter.CaptureScopes = false);
        configureLogging(builder.Logging);

        // Sessions are told to end at once; this bounds how long one that does not read may take.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(timeProvider);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(arns);
        builder.Services.AddSingleton(control);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<LogBudget>();
        builder.Services.AddSingleton(output);
        builder.Services.AddSingleton<ViolationConsole>();
        builder.Services.AddSingleton(services => new PolicyStore(
            options.PoliciesFile, timeProvider, services.GetRequiredService<LogBudget>(), services.GetRequiredService<ILogger<PolicyStore>>()));
        builder.Services.AddMqttEndpoint(new EndpointRules(options.MqttMode, options.MqttLimits));
        builder.Services.AddSingleton(keys);
        builder.Services.AddSingleton<AccessKeyRing>();
        builder.Services.AddSingleton<IRequestAuthenticator>(services => new SigV4Authenticator(services.GetRequiredService<AccessKeyRing>(), timeProvider));
        builder.Services.AddApiWithHandlers(new ApiOptions { RequestsPerSecond = options.ApiRequestsPerSecond });
        builder.Services.AddSingleton<ReportMailbox>();
        builder.Services.AddSingleton<AlarmSweep>();
        builder.Services.AddSingleton<ThingStatusTopic>();
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.Services.AddSingleton(services => services.GetRequiredService<GatewayMetrics>().Mqtt);
        builder.Services.AddSingleton(_ => new RejectLog());
        builder.Services.AddSingleton<AdminAnswers>();
        builder.Services.AddSingleton<ClientLedger>();
        builder.Services.AddSingleton<CloudPeriods>();
        builder.Services.AddSingleton<SeriesTable>();
        builder.Services.AddSingleton<MetricLog>();
        builder.Services.AddSingleton<MetricValueReader>();
        builder.Services.AddSingleton<TrainingLedger>();
        builder.Services.AddSingleton<ReportRecorder>();
        builder.Services.AddSingleton<Outbox>();
        builder.Services.AddSingleton(alerts);
        builder.Services.AddSingleton<AlertRouter>();
        builder.Services.AddSingleton<IFindingPublisher, AlertFindings>();
        builder.Services.AddSingleton<MetricsExporter>();
        builder.Services.AddSingleton<MitigationWorker>();
        builder.Services.AddSingleton<ReportDesk>();
        builder.Services.AddSingleton<ReportOwner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ReportOwner>());
        builder.Services.AddHostedService(services => services.GetRequiredService<CloudPeriods>());
        builder.Services.AddHostedService<RetentionService>();
        builder.Services.AddHostedService<AdminSocket>();
        if (options.OtlpEndpoint is not null)
            builder.Services.AddHostedService<OtlpExport>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MitigationWorker>());
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<AlertDispatcher>(services, new Random()));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ExportPublisher>(services, options.ExportInterval));
        if (options.Broker is { } broker)
        {
            builder.Services.AddSingleton(services => new BrokerClients(new BrokerLedger(services.GetRequiredService<ClientLedger>())));
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<BrokerSource>(services, broker, new Random()));
        }

        listeners.AddServices(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureServices(static services => services
            .Configure<SocketTransportOptions>(static sockets => sockets.MaxReadBufferSize = DeviceListeners.MaxReadAhead)).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            listeners.Configure(kestrel);
            DeviceListeners.Listen(kestrel, address: null, options.HttpPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(new ConnectionCap(options.MaxHttpConnections).Wrap);
            });
        });

        WebApplication app = builder.Build();
        // Read now: a gateway does not start with policies that it cannot read.
        app.Services.GetRequiredService<PolicyStore>();
        control.Stored += app.Services.GetRequiredService<Outbox>().Committed;
        control.Changed += app.Services.GetRequiredService<AlarmSweep>().Request;
        listeners.Map(app);
        app.Services.GetRequiredService<IdentityRefusals>().AddTo(app.Services.GetRequiredService<GatewayMetrics>().Registry);
        app.Services.GetRequiredService<GatewayMetrics>().Mqtt.Observe(() => app.Services.GetRequiredService<MqttEndpoint>().Gauges);
        app.Services.GetRequiredService<ClientLedger>().AddTo(app.Services.GetRequiredService<GatewayMetrics>().Registry);
        app.MapHealth();
        app.MapMetrics();
        app.MapApi();
        return app;
    }
}
