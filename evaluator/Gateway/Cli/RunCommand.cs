using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary><c>defender-gateway run</c>.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<int> mqtt = Port("--mqtt", "MQTT port on loopback; 0 takes a free one", GatewayOptions.DefaultMqttPort);
        Option<int> http = Port("--http", "HTTP port on loopback (/healthz, /readyz); 0 takes a free one", GatewayOptions.DefaultHttpPort);
        Option<string> data = CommonOptions.Data();
        Option<string[]> profiles = new("--profile")
        {
            Description = "CreateSecurityProfile document (JSON) to attach to all things; may be given up to five times",
            HelpName = "FILE",
            DefaultValueFactory = _ => [],
        };
        Option<string?> definitions = new("--definitions")
        {
            Description = "Custom metrics and dimensions (JSON) that profiles and reports may name",
            HelpName = "FILE",
        };
        Option<TimeSpan> interval = new("--min-report-interval")
        {
            Description = "Least time between two accepted reports of a thing; 0 takes each as it comes, AWS has 300s",
            HelpName = "DURATION",
            CustomParser = DurationArgument.Parse,
            DefaultValueFactory = _ => TimeSpan.Zero,
        };

        var command = new Command("run", "Take reports, judge them, print each violation event as one line") { mqtt, http, data, profiles, definitions, interval };
        command.SetAction((result, cancellation) => RunAsync(
            new GatewayOptions
            {
                MqttPort = result.GetValue(mqtt),
                HttpPort = result.GetValue(http),
                DataDirectory = result.GetValue(data)!,
                ProfileFiles = result.GetValue(profiles)!,
                DefinitionsFile = result.GetValue(definitions),
                MinimumReportInterval = result.GetValue(interval),
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
