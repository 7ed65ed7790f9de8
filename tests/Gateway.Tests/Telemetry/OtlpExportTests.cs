using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Telemetry;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Defender.Gateway.Tests.Telemetry;

public sealed class OtlpExportTests
{
    [Fact]
    public async Task A_collector_gets_the_metrics_of_the_gateway_and_of_its_runtime()
    {
        ConcurrentQueue<(string Path, string? Type, byte[] Body)> received = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.AddRoutingCore();
        await using WebApplication collector = builder.Build();
        collector.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
        });
        await collector.StartAsync();

        await using (TestGateway gateway = await TestGateway.StartAsync(options => options with { OtlpEndpoint = new Uri(collector.Urls.Single()) }))
        {
            await using MqttClient device = await gateway.ConnectAsync("pump-17");
            await device.ReportAsync("pump-17", Reports.Listening(1, 2323));
        }

        // Sent once more at the end.
        (string path, string? type, byte[] sent) = Assert.Single(received);
        Assert.Equal(("/v1/metrics", "application/x-protobuf"), (path, type));
        string text = Encoding.Latin1.GetString(sent);
        Assert.All(
            (string[])["defender-gateway", "defender.reports", "accepted", "defender.report.duration", "defender.mqtt.clients", "dotnet.gc.heap.total_allocated"],
            name => Assert.Contains(name, text, StringComparison.Ordinal));
        Assert.DoesNotContain("pump-17", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://collector:4318", "http://collector:4318/v1/metrics")]
    [InlineData("http://collector:4318/", "http://collector:4318/v1/metrics")]
    [InlineData("https://host/otlp", "https://host/otlp/v1/metrics")]
    [InlineData("https://host/v1/metrics", "https://host/v1/metrics")]
    public void The_path_of_the_protocol_follows_the_address(string given, string expected) =>
        Assert.Equal(expected, OtlpExport.EndpointOf(new Uri(given)).ToString());
}
