using System;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Postgres;
using Defender.Gateway.Tests.Cli;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Gateway.Tests.Storage.Postgres;

/// <summary>A whole gateway that keeps its data in PostgreSQL.</summary>
[NeedsPostgres]
[Collection(PostgresCollection.Name)]
public sealed class PostgresGatewayTests(PostgresServer server)
{
    [StoreFact]
    public async Task An_alarm_outlives_a_restart_and_a_command_lists_it()
    {
        await using (TestGateway first = await StartAsync())
        {
            await using MqttClient device = await first.ConnectAsync("pump-17");
            await device.ReportAsync("pump-17", Reports.Listening(1, 2323));
            await first.Output.WaitForAsync("in-alarm", "no-telnet-2323");

            StoreException second = await Assert.ThrowsAsync<StoreException>(StartAsync);
            Assert.Contains("another gateway", second.Message, StringComparison.Ordinal);
        }

        await using (TestGateway again = await StartAsync())
        {
            await using MqttClient device = await again.ConnectAsync("pump-17");
            await device.ReportAsync("pump-17", Reports.Listening(2));
            await again.Output.WaitForAsync("alarm-cleared", "no-telnet-2323");
        }

        Verb violations = Verb.Run("violations", "--postgres", server.ConnectionString);
        Assert.Equal(["in-alarm", "alarm-cleared"], violations.Lines.Select(line => line.Split(' ')[1]));
        using PostgresStore store = PostgresStore.OpenForReading(server.ConnectionString);
        Assert.NotEmpty(store.ReadMetricBlocks("pump-17", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, 10));
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(options => options with { Postgres = server.ConnectionString });
}
