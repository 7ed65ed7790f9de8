using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway run</c>.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<int> mqtt = Port("--mqtt", "MQTT port on loopback; 0 takes a free one", GatewayOptions.DefaultMqttPort);
        Option<int> http = Port("--http", "HTTP port on loopback (the API, /healthz, /readyz); 0 takes a free one", GatewayOptions.DefaultHttpPort);
        Option<string> data = CommonOptions.Data();
        Option<string[]> profiles = new("--profile")
        {
            Description = "CreateSecurityProfile document (JSON) to create or update, and to attach to all things; may be given up to five times",
            HelpName = "FILE",
            DefaultValueFactory = _ => [],
        };
        Option<string?> definitions = new("--definitions")
        {
            Description = "Custom metrics and dimensions (JSON) to create or update",
            HelpName = "FILE",
        };
        Option<TimeSpan> interval = new("--min-report-interval")
        {
            Description = "Least time between two accepted reports of a thing; 0 takes each as it comes, AWS has 300s",
            HelpName = "DURATION",
            CustomParser = DurationArgument.Parse,
            DefaultValueFactory = _ => TimeSpan.Zero,
        };

        Option<string?> postgres = CommonOptions.Postgres();
        Option<string?> alerts = new("--alerts")
        {
            Description = "Which sinks stand for the SNS topics of alert targets (JSON, see docs/alerts.md)",
            HelpName = "FILE",
        };
        Option<string?> policies = new("--policies")
        {
            Description = "AWS IoT policies by name (JSON, see docs/policies.md); followed while the gateway runs",
            HelpName = "FILE",
        };
        Option<string> region = new("--region")
        {
            Description = "Region in the ARNs that the API answers",
            HelpName = "NAME",
            DefaultValueFactory = _ => Arns.DefaultRegion,
        };
        region.Validators.Add(result =>
        {
            if (!Arns.IsRegion(result.GetValueOrDefault<string>()!))
                result.AddError("--region takes small letters, digits and hyphens");
        });
        Option<string> account = new("--account-id")
        {
            Description = "Account in the ARNs that the API answers",
            HelpName = "ID",
            DefaultValueFactory = _ => Arns.DefaultAccountId,
        };
        account.Validators.Add(result =>
        {
            if (!Arns.IsAccountId(result.GetValueOrDefault<string>()!))
                result.AddError("--account-id takes 12 digits");
        });
        Option<string?> endpoint = new("--endpoint-address")
        {
            Description = "Host name that DescribeEndpoint answers; by default the one that the caller used",
            HelpName = "NAME",
        };
        Option<int> apiRate = Number("--api-rate", "Requests a second that each operation of the API takes; 0 for no limit", 100);
        Option<int> storeSize = Number("--max-store-mb", "Size of the store from which on the oldest metric values go before their 14 days; 0 for no limit", 0);
        Option<TimeSpan> cloudPeriod = new("--cloud-metric-period")
        {
            Description = "Period that cloud-side metrics are counted in, a whole part of an hour; AWS has 300s, shorter ones are for trying out",
            HelpName = "DURATION",
            CustomParser = DurationArgument.Parse,
            DefaultValueFactory = _ => CloudPeriods.DefaultLength,
        };
        cloudPeriod.Validators.Add(result =>
        {
            TimeSpan length = result.GetValueOrDefault<TimeSpan>();
            if (length < TimeSpan.FromSeconds(1) || TimeSpan.TicksPerHour % length.Ticks != 0)
                result.AddError("--cloud-metric-period takes a whole part of an hour, from 1s to 1h");
        });
        Option<int> tracked = Table("--max-tracked-clients", "Registered things whose connections are counted for cloud-side metrics", 100_000);
        Option<int> unregistered = Table("--max-unregistered-clients", "Clients that are no registered things and are counted", 20_000);

        Option<string?> otlp = new("--otlp")
        {
            Description = "OpenTelemetry collector that metrics are sent to, OTLP over HTTP, as in http://localhost:4318; default: $OTEL_EXPORTER_OTLP_ENDPOINT",
            HelpName = "URL",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } url ? url : null,
        };
        otlp.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is ("http" or "https")))
                result.AddError($"--otlp takes a URL like http://localhost:4318, not {url}");
        });

        var command = new Command("run", "Take reports, judge them, print each violation event as one line") 
        {
            mqtt, http, data, postgres, profiles, definitions, interval, alerts, policies, region, account, endpoint, apiRate, storeSize, cloudPeriod, tracked, unregistered, otlp,
        };
        var listeners = new ListenerArguments();
        listeners.AddTo(command);
        var broker = new BrokerArguments();
        broker.AddTo(command);
        var mqttArguments = new EndpointArguments();
        mqttArguments.AddTo(command);
        command.SetAction((result, cancellation) => RunAsync(
            new GatewayOptions
            {
                MqttPort = result.GetValue(mqtt),
                MqttMode = mqttArguments.Mode(result),
                MqttLimits = mqttArguments.Limits(result),
                HttpPort = result.GetValue(http),
                DataDirectory = result.GetValue(data)!,
                ProfileFiles = result.GetValue(profiles)!,
                DefinitionsFile = result.GetValue(definitions),
                MinimumReportInterval = result.GetValue(interval),
                Postgres = result.GetValue(postgres),
                AlertsFile = result.GetValue(alerts),
                Broker = broker.Read(result),
                PoliciesFile = result.GetValue(policies),
                Region = result.GetValue(region)!,
                AccountId = result.GetValue(account)!,
                EndpointAddress = result.GetValue(endpoint),
                ApiRequestsPerSecond = result.GetValue(apiRate),
                OtlpEndpoint = result.GetValue(otlp) is { } collector ? new Uri(collector) : null,
                CloudMetricPeriod = result.GetValue(cloudPeriod),
                MaxTrackedClients = result.GetValue(tracked),
                MaxUnregisteredClients = result.GetValue(unregistered),
                Listeners = listeners.Read(result),
                MaxStoreBytes = result.GetValue(storeSize) is > 0 and int megabytes ? megabytes * 1_000_000L : null,
            },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(GatewayOptions options, CancellationToken cancellation)
    {
        await using GatewayHost host = await GatewayHost.CreateAsync(options, Console.Out, TimeProvider.System, cancellation).ConfigureAwait(false);
        if (host.FirstKey is { } key)
            Show(key, options.DataDirectory);
        await host.StartAsync(cancellation).ConfigureAwait(false);
        return await host.WaitForShutdownAsync(cancellation).ConfigureAwait(false) ? ExitCode.Done : ExitCode.Failed;
    }

    // Not a log line: logs are kept and sent about.
    private static void Show(AccessKey key, string dataDirectory) => Console.Error.WriteLine(
        $"""

         The first access key of this gateway, with all rights. It is shown this once:
           export AWS_ACCESS_KEY_ID={key.AccessKeyId}
           export AWS_SECRET_ACCESS_KEY={key.SecretAccessKey}
         'defender-gateway access-key create --data {dataDirectory}' makes others.

         """);

    private static Option<int> Number(string name, string description, int value)
    {
        Option<int> option = new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError($"{name} takes 0 or more");
        });
        return option;
    }

    private static Option<int> Table(string name, string description, int value)
    {
        Option<int> option = Number(name, description, value);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() == 0)
                result.AddError($"{name} takes 1 or more");
        });
        return option;
    }

    private static Option<int> Port(string name, string description, int port)
    {
        Option<int> option = new(name) { Description = description, HelpName = "PORT", DefaultValueFactory = _ => port };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is (< 0 or > 65535) and int value)
                result.AddError($"{name} takes a port from 0 to 65535, not {value}");
        });
        return option;
    }
}
