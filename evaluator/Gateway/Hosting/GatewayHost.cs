using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts;
using Defender.Gateway.Ingest;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;
using Defender.Gateway.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
    private readonly DataDirectory _directory;

    private GatewayHost(GatewayOptions options, WebApplication app, DataDirectory directory)
    {
        _options = options;
        _app = app;
        _directory = directory;
    }

    /// <summary>The MQTT port; meaningful after the start.</summary>
    public int MqttPort { get; private set; }

    /// <summary>The HTTP port; meaningful after the start.</summary>
    public int HttpPort { get; private set; }

    /// <summary>Loads the rules and opens the store; nothing listens yet.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="output">Where violation events are printed.</param>
    /// <param name="timeProvider">All clocks of the gateway.</param>
    /// <exception cref="StartupException">A file has mistakes.</exception>
    /// <exception cref="StoreException">The data directory cannot be used.</exception>
    public static GatewayHost Create(GatewayOptions options, TextWriter output, TimeProvider timeProvider)
    {
        EvaluationRules rules = EvaluationRules.Load(options.DefinitionsFile, options.ProfileFiles);
        DataDirectory directory = DataDirectory.Take(options.DataDirectory);
        try
        {
            return new GatewayHost(options, Build(options, rules, SqliteStore.Open(directory.Path), output, timeProvider), directory);
        }
        catch
        {
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
            (int port, string option) = error.Message.Contains($":{_options.MqttPort}:", StringComparison.Ordinal)
                ? (_options.MqttPort, "--mqtt")
                : (_options.HttpPort, "--http");
            throw new StartupException($"port {port} is in use: choose another with {option}");
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new StartupException($"cannot listen: {error.Message}");
        }

        int[] ports = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address).Port)];
        MqttPort = ports[0];
        HttpPort = ports[^1];
        ILogger logger = _app.Services.GetRequiredService<ILogger<GatewayHost>>();
        EvaluationRules rules = _app.Services.GetRequiredService<EvaluationRules>();
        if (rules.Attached.IsEmpty)
            logger.NoProfile();
        foreach (var profile in rules.Attached)
            logger.ProfileAttached(profile.Name, profile.Behaviors.Length);
        logger.Listening(MqttPort, HttpPort, _directory.Path);
    }

    /// <summary>Returns when the process is told to stop, and has.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken)
    {
        await _app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        _app.Services.GetRequiredService<ILogger<GatewayHost>>().Stopped();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _directory.Dispose();
    }

    private static WebApplication Build(
        GatewayOptions options, EvaluationRules rules, SqliteStore store, TextWriter output, TimeProvider timeProvider)
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
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // It repeats, with a stack trace, what the start throws and what the owner of the things logs.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);

        // Sessions are told to end at once; this bounds how long one that does not read may take.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(timeProvider);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(rules);
        builder.Services.AddSingleton<IStore>(_ => store); // by factory, so that the host disposes it last
        builder.Services.AddSingleton<PeerLogBudget>();
        builder.Services.AddSingleton(new ViolationConsole(output));
        builder.Services.AddSingleton<MqttEndpoint>();
        builder.Services.AddSingleton<ReportMailbox>();
        builder.Services.AddSingleton<ReportDesk>();
        builder.Services.AddSingleton<ReportOwner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ReportOwner>());

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            ListenOnLoopback(kestrel, options.MqttPort, listen => listen.UseConnectionHandler<MqttConnectionHandler>());
            ListenOnLoopback(kestrel, options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });

        WebApplication app = builder.Build();
        app.MapHealth();
        return app;
    }

    // Plain TCP stays on loopback. Kestrel cannot bind "localhost", both address families at once, to a free port.
    private static void ListenOnLoopback(KestrelServerOptions kestrel, int port, Action<ListenOptions> configure)
    {
        if (port == 0)
            kestrel.Listen(IPAddress.Loopback, port, configure);
        else
            kestrel.ListenLocalhost(port, configure);
    }
}
