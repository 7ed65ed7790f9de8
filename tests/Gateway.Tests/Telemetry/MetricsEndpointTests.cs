using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Telemetry;
using Defender.Gateway.Tests.Running;
using Defender.Gateway.Web;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Tests;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Defender.Gateway.Tests.Telemetry;

public sealed class MetricsEndpointTests
{
    [Fact]
    public async Task What_reports_and_requests_came_to_is_told()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
        {
            await device.ReportAsync("pump-17", Reports.Listening(1, 2323));
            await device.ReportAsync("pump-17", Reports.Listening(2, 2323));
            await device.ReportAsync("pump-17", Reports.Listening(3, 22));
            await device.ReportAsync("pump-17", "{}"u8.ToArray());
        }

        Assert.Equal(HttpStatusCode.Forbidden, await gateway.GetStatusAsync("/things"));
        Dictionary<string, double> metrics = await ReadAsync(gateway);

        Assert.Equal(3, metrics["defender_reports_total{outcome=\"accepted\"}"]);
        Assert.Equal(1, metrics["defender_reports_total{outcome=\"rejected\"}"]);
        Assert.Equal(0, metrics["defender_reports_total{outcome=\"failed\"}"]);
        Assert.Equal(4, metrics["defender_report_duration_seconds_count"]);
        Assert.True(metrics["defender_report_duration_seconds_sum"] > 0);
        Assert.Equal(6, metrics["defender_datapoints_total"]);
        Assert.True(metrics["defender_violation_events_total{type=\"in-alarm\"}"] >= 1);
        Assert.True(metrics["defender_violation_events_total{type=\"alarm-cleared\"}"] >= 1);
        Assert.True(metrics["defender_store_commits_total{outcome=\"stored\"}"] >= 1);
        Assert.Equal(1, metrics["defender_api_requests_total{operation=\"none\",outcome=\"refused\"}"]);
        Assert.True(metrics["dotnet_gc_heap_total_allocated_bytes_total"] > 0);
        Assert.Equal(0, metrics["defender_cloud_clients_pushed_out_total"]);
        Assert.True(metrics["dotnet_process_memory_working_set_bytes"] > 0);
        await Eventually.TrueAsync(() => ReadAsync(gateway).GetAwaiter().GetResult()["defender_store_size_bytes"] > 0, "the store is measured");
    }

    [Fact]
    public async Task A_report_that_cannot_be_stored_has_failed()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(openStore: directory => store = new FaultyStore(directory));
        store!.IsFull = true;
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
            await Assert.ThrowsAsync<MqttException>(() => device.ReportAsync("pump-17", Reports.Listening(1, 2323)));

        Dictionary<string, double> metrics = await ReadAsync(gateway);

        Assert.Equal(1, metrics["defender_reports_total{outcome=\"failed\"}"]);
        Assert.Equal(0, metrics["defender_reports_total{outcome=\"accepted\"}"]);
        Assert.True(metrics["defender_store_commits_total{outcome=\"failed\"}"] >= 1);
        store.IsFull = false;
    }

    [Theory]
    [InlineData("203.0.113.9", StatusCodes.Status403Forbidden)]
    [InlineData("127.0.0.1", StatusCodes.Status200OK)]
    [InlineData("::1", StatusCodes.Status200OK)]
    public async Task Only_this_machine_is_answered(string address, int expected)
    {
        using var metrics = new GatewayMetrics();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);

        await MetricsEndpoint.AnswerAsync(context, metrics);

        Assert.Equal(expected, context.Response.StatusCode);
        Assert.Equal(expected == StatusCodes.Status200OK, Encoding.UTF8.GetString(body.ToArray()).Contains("# TYPE", StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_the_endpoint_counts_is_told_under_its_label()
    {
        using var metrics = new GatewayMetrics();
        foreach (ConnectionEnd end in Enum.GetValues<ConnectionEnd>())
            metrics.Mqtt.ConnectionEnded(end);
        foreach (Delivery delivery in Enum.GetValues<Delivery>())
            metrics.Mqtt.Delivered(delivery);
        metrics.Mqtt.PacketIn(MqttPacketType.Publish, 100);
        metrics.Mqtt.PacketOut((MqttPacketType)15, 7);
        metrics.Mqtt.MessageIn();
        metrics.Mqtt.AuthorizationFailure();
        metrics.Mqtt.ConnectionAccepted();
        metrics.Mqtt.Observe(() => new MqttGauges(1, 2, 3, 4, 5, 6));
        using var text = new StringWriter();
        PrometheusText.Write(metrics.Registry.Families, text);
        Dictionary<string, double> read = PrometheusMetrics.Parse(text.ToString());

        Assert.Equal(1, read["defender_mqtt_connections_ended_total{reason=\"too_many_connections\"}"]);
        Assert.Equal(1, read["defender_mqtt_deliveries_total{outcome=\"overrun\"}"]);
        Assert.All(read.Where(sample => sample.Key.Contains("reason=", StringComparison.Ordinal)), sample => Assert.Equal(1, sample.Value));
        Assert.Equal(1, read["defender_mqtt_packets_received_total{type=\"publish\"}"]);
        Assert.Equal(1, read["defender_mqtt_packets_sent_total{type=\"auth\"}"]);
        Assert.Equal((100, 7), (read["defender_mqtt_io_bytes_total{direction=\"in\"}"], read["defender_mqtt_io_bytes_total{direction=\"out\"}"]));
        Assert.Equal(1, read["defender_mqtt_messages_total{direction=\"in\"}"]);
        Assert.Equal(1, read["defender_mqtt_authorization_failures_total"]);
        Assert.Equal(1, read["defender_mqtt_connections_accepted_total"]);
        Assert.Equal(
            [1, 2, 3, 4, 5, 6],
            ((string[])["clients", "sessions", "subscriptions", "retained", "queued_messages", "queued_size_bytes"]).Select(name => read[$"defender_mqtt_{name}"]));
    }

    private static async Task<Dictionary<string, double>> ReadAsync(TestGateway gateway)
    {
        using var http = new HttpClient();
        return PrometheusMetrics.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{gateway.Host.HttpPort}/metrics")));
    }
}
