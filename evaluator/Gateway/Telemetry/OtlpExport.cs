using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Defender.Gateway.Telemetry;

/// <summary>
/// Sends the gateway's metrics, and those of .NET, to an OpenTelemetry collector by OTLP over HTTP, each minute and once more at
/// the end. Nothing of OpenTelemetry is loaded before that is asked for.
/// </summary>
internal sealed class OtlpExport(GatewayOptions options) : IHostedService, IDisposable
{
    /// <summary>What the collector sees as service.name, unless OTEL_SERVICE_NAME says otherwise.</summary>
    public const string ServiceName = "defender-gateway";

    private const string MetricsPath = "/v1/metrics";

    private MeterProvider? _provider;

    /// <summary>Where metrics go: the path of the protocol behind the address of the collector, unless it is there.</summary>
    public static Uri EndpointOf(Uri collector)
    {
        string path = collector.AbsolutePath.TrimEnd('/');
        return path.EndsWith(MetricsPath, StringComparison.Ordinal) ? collector : new UriBuilder(collector) { Path = path + MetricsPath }.Uri;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.OtlpEndpoint is { } collector)
        {
            _provider = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => resource.AddService(ServiceName).AddEnvironmentVariableDetector())
                .AddMeter(MetricRegistry.MeterName, "System.Runtime")
                .AddOtlpExporter(exporter =>
                {
                    exporter.Endpoint = EndpointOf(collector);
                    exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                })
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    // Sends what has not been sent, for some seconds at most.
    public void Dispose()
    {
        _provider?.Dispose();
        _provider = null;
    }
}
