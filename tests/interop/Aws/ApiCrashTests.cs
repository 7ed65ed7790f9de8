using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Aws;

/// <summary>The gateway dies again and again while clients change the account and devices report.</summary>
public sealed partial class ApiCrashTests
{
    private const int Rounds = 50;

    [Fact]
    public async Task Kill_9_at_random_points_loses_nothing_that_was_answered()
    {
        var random = new Random(20231115);
        string port = LoopbackPorts.TakeFree();
        var things = new HashSet<string>(StringComparer.Ordinal);
        var acknowledged = new List<(string Thing, int Reports)>();
        RunningGateway gateway = await RunningGateway.StartOnAsync(port, null, "--profile", RunningGateway.AttackSurface, "--api-rate", "0");
        string directory = gateway.Directory;
        await using AwsClient aws = AwsClients.Open(ClientKind.JavaScript, gateway);
        await aws.CallAsync("CreateThingGroup", new { thingGroupName = "all" });
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                string device = $"device-{round}";
                await using ChildProcess reporter = StartReporter(gateway, device);
                using var dead = new CancellationTokenSource();
                var isWriting = new TaskCompletionSource();
                Task<List<string>> writing = WriteAsync(aws, round, isWriting, dead.Token);
                // In the middle of both, however long either took to start.
                await isWriting.Task.WaitAsync(ChildProcess.Deadline, TimeProvider.System, CancellationToken.None);
                await reporter.WaitForTranscriptAsync(Puback());
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 300)), TimeProvider.System, CancellationToken.None);
                gateway.Process.Kill9();
                await gateway.Process.WaitForExitAsync();
                await dead.CancelAsync();
                things.UnionWith(await writing);
                await gateway.Process.DisposeAsync();
                acknowledged.Add((device, Puback().Count(reporter.Transcript)));

                gateway = await RunningGateway.StartOnAsync(port, directory, "--api-rate", "0");
            }

            // What was answered is there, in the list and in the group.
            Assert.True(things.Count >= Rounds, $"only {things.Count} things were written");
            Assert.Superset(things, (await ListAllAsync(aws, "ListThings", new { maxResults = 250 }, answer => answer.Each("things", "thingName"))).ToHashSet(StringComparer.Ordinal));
            Assert.Superset(things, (await ListAllAsync(aws, "ListThingsInThingGroup", new { thingGroupName = "all", maxResults = 250 }, answer => answer.Texts("things"))).ToHashSet(StringComparer.Ordinal));

            // Each acknowledged report opened or closed a port, which is an event.
            Assert.All(acknowledged, each => Assert.True(each.Reports > 0));
            foreach ((string thing, int reports) in acknowledged)
            {
                string[] events = [.. await ListAllAsync(
                    aws,
                    "ListViolationEvents",
                    new { thingName = thing, startTime = Answers.HourAgo, endTime = Answers.HourAhead, maxResults = 250 },
                    answer => answer.Each("violationEvents", "violationEventType"))];
                Assert.True(events.Length >= reports, $"{thing}: {reports} reports were acknowledged, {events.Length} events are stored");
            }
        }
        finally
        {
            await gateway.DisposeAsync();
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }

    // Names of the things that were created and put into the group, both answered.
    private static async Task<List<string>> WriteAsync(AwsClient aws, int round, TaskCompletionSource isWriting, CancellationToken dead)
    {
        var answered = new List<string>();
        for (int i = 0; ; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"thing-{round}-{i}");
            try
            {
                await aws.CallAsync("CreateThing", new { thingName = name });
                await aws.CallAsync("AddThingToThingGroup", new { thingGroupName = "all", thingName = name });
                answered.Add(name);
                isWriting.TrySetResult();
            }
            catch (AwsError) when (dead.IsCancellationRequested)
            {
                return answered;
            }
            catch (AwsError)
            {
                // It is dying; who waits for it to be dead says so in a moment.
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    // A report for each line, at QoS 1: one in two has the port open.
    private static ChildProcess StartReporter(RunningGateway gateway, string thing) => ChildProcess.Start(
        "/bin/bash",
        "-c",
        """for i in $(seq 1 2000); do if [ $((i % 2)) = 1 ]; then p='{"port":2323}'; else p=''; fi; echo '{"header":{"report_id":'$i',"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":['$p']}}}'; done | stdbuf -oL mosquitto_pub -d -q 1 -l -p "$0" -t "$1" """,
        gateway.MqttPort,
        Mosquitto.ReportTopic(thing));

    private static async Task<List<string>> ListAllAsync(AwsClient aws, string operation, object parameters, Func<JsonObject, IEnumerable<string>> read)
    {
        var all = new List<string>();
        JsonObject question = System.Text.Json.JsonSerializer.SerializeToNode(parameters)!.AsObject();
        for (JsonObject? answer = null; answer is null || answer["nextToken"] is not null;)
        {
            if (answer?["nextToken"] is { } token)
                question["nextToken"] = token.GetValue<string>();
            answer = await aws.CallAsync(operation, question);
            all.AddRange(read(answer));
        }

        return all;
    }

    [GeneratedRegex("received PUBACK")]
    private static partial Regex Puback();
}
