using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Evaluator.Reports;
using Defender.Gateway.Admin;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Defender.Gateway.Tests.Cli;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Defender.Tests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Defender.Gateway.Tests.Admin;

/// <summary>The verbs that look into a running gateway, over the socket in its data directory.</summary>
public sealed class AdminSocketTests : IAsyncLifetime
{
    private const int Clients = 1203;

    private static readonly DateTimeOffset Time = new(2026, 11, 21, 7, 30, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-admin-").FullName;
    private readonly ManualTime _clock = new();
    private readonly RejectLog _rejects = new();
    private readonly LineLog _log = new();
    private readonly LoggerFactory _loggers;
    private AdminSocket _socket;

    public AdminSocketTests()
    {
        _loggers = new LoggerFactory([_log]);
        _socket = Open(new ManyClients());
    }

    public Task InitializeAsync() => _socket.StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _socket.StopAsync(CancellationToken.None);
        _socket.Dispose();
        _loggers.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("""{"registerThing":"pump-17"}""", """{"end":true}""")]
    [InlineData("""{"registerThing":"pump 17"}""", "the registry of things takes names of")]
    [InlineData("""{"list":"things","registerThing":"pump-17"}""", "not understood")]
    [InlineData("""{}""", "not understood")]
    public async Task A_thing_is_registered_in_the_account(string request, string answer)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        ControlPlane control = gateway.Host.Find<ControlPlane>();

        string told = string.Concat(new AdminAnswers(_rejects, control: control).To(Encoding.UTF8.GetBytes(request)).Select(part => Encoding.UTF8.GetString(part.Span)));

        Assert.Contains(answer, told, StringComparison.Ordinal);
        Assert.Single(told.TrimEnd().Split('\n'));
        Assert.Equal(answer.Contains("end", StringComparison.Ordinal), control.State.Things.Contains("pump-17"));
    }

    [Fact]
    public void All_clients_are_listed_page_by_page()
    {
        Verb verb = Verb.Run("clients", "--data", _directory, "--json");

        Assert.Equal(0, verb.Status);
        Assert.Equal(
            Enumerable.Range(0, Clients).Select(i => $"pump-{i:D5}"),
            verb.Documents.Select(document => document.GetProperty("client").GetProperty("clientId").GetString()));
    }

    [Fact]
    public void A_client_is_shown_with_the_rejects_of_its_thing()
    {
        _rejects.Report("thing-7"u8, new ReportError(ReportRule.R08, 3, "metrics", "It should be an object."), 63, Time);

        Verb verb = Verb.Run("clients", "--data", _directory, "--thing", "pump-00007");

        Assert.Equal(
        [
            "client=pump-00007 thing=thing-7 address=127.0.0.1:40007 identity=certificate:ab12 mqtt=5.0 since=2026-11-21T07:30:00.000Z keep-alive=60s "
                + "subscriptions=2 inflight=1 queued=3 messages-in=10 messages-out=20 bytes-in=1000 bytes-out=2000 "
                + "last-report=2026-11-21T07:31:00.000Z/accepted authorization-failures=4",
            "  2026-11-21T07:30:00.000Z thing=thing-7 code=InvalidPayload rule=R08 path=metrics bytes=63: It should be an object.",
        ], verb.Lines);
        JsonElement json = Assert.Single(Verb.Run("clients", "--data", _directory, "--thing", "pump-00007", "--json").Documents);
        Assert.Equal("R08", json.GetProperty("rejects")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public void A_client_that_is_not_connected_is_said_to_be_so()
    {
        Verb verb = Verb.Run("clients", "--data", _directory, "--thing", "nobody");

        Assert.Equal((1, "client nobody is not connected\n"), (verb.Status, verb.Errors));
    }

    [Fact]
    public void Rejects_are_listed_for_all_things_or_for_one()
    {
        _rejects.Report("pump-1"u8, new ReportError(ReportRule.R18, 0, "", "Too soon."), 1, Time);
        _rejects.Report("pump-2"u8, new ReportError(ReportRule.R02, 5, "", "No JSON."), 2, Time);

        Assert.Equal(["pump-2", "pump-1"], Verb.Run("rejects", "--data", _directory, "--json").Documents.Select(line => line.GetProperty("thingName").GetString()));
        Assert.Equal(
            ["2026-11-21T07:30:00.000Z thing=pump-1 code=Throttled rule=R18 bytes=1: Too soon."],
            Verb.Run("rejects", "pump-1", "--data", _directory).Lines);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Only_the_owner_may_ask()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        Assert.Equal(Owner, File.GetUnixFileMode(AdminSocket.PathIn(_directory)) & (Owner | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherRead));
    }

    [Fact]
    public async Task Without_a_gateway_the_verb_says_what_is_missing()
    {
        await _socket.StopAsync(CancellationToken.None);
        _socket.Dispose();

        StartupException error = Assert.Throws<StartupException>(() => Verb.Run("clients", "--data", _directory));
        Assert.Contains("no gateway answers on", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(AdminSocket.PathIn(_directory)));
    }

    [Fact]
    public async Task What_a_killed_gateway_left_behind_is_no_hindrance()
    {
        await _socket.StopAsync(CancellationToken.None);
        _socket.Dispose();
        await File.WriteAllTextAsync(AdminSocket.PathIn(_directory), "");
        _socket = Open(new ManyClients());
        await _socket.StartAsync(CancellationToken.None);

        Assert.Equal(0, Verb.Run("rejects", "--data", _directory).Status);
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_a_socket_costs_the_verbs_only()
    {
        string deep = Path.Combine(_directory, new string('x', 120));
        using var socket = new AdminSocket(
            new GatewayOptions { DataDirectory = deep }, new AdminAnswers(_rejects), _clock, new LogBudget(_clock), _loggers.CreateLogger<AdminSocket>());

        await socket.StartAsync(CancellationToken.None);

        await _log.WaitForAsync("Warning: 'defender-gateway clients' and 'rejects' find no gateway", "at most 107 bytes");
    }

    [Theory]
    [InlineData("{\"list\":\"secrets\"}\n", "the request is not understood")]
    [InlineData("{\n", "the request is not understood")]
    [InlineData("null\n", "the request is not understood")]
    public async Task What_is_not_understood_is_refused(string request, string expected) => Assert.Contains(expected, await AskAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task A_request_without_end_is_cut_and_a_silent_peer_is_left()
    {
        Assert.Contains("not understood", await AskAsync(new string('x', AdminSocket.MaxRequestBytes + 1)), StringComparison.Ordinal);
        int timers = _clock.TimersSet;
        Task<string> silent = AskAsync("");
        await Eventually.TrueAsync(() => _clock.TimersSet > timers, "the gateway waits for the request");
        _clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("", await silent.WaitAsync(TestGateway.Deadline));
    }

    [Fact]
    public async Task A_gateway_shows_why_it_rejected_a_report()
    {
        byte[] report = "{\"header\":{\"report_id\":7,\"version\":\"1.0\"},\"metrics\":[]}"u8.ToArray();
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
            await device.ReportAsync("pump-17", report);

        string line = Assert.Single(Verb.Run("rejects", "pump-17", "--data", gateway.Directory).Lines);
        Assert.Contains($"thing=pump-17 code=InvalidPayload rule=R08 path=metrics bytes={report.Length}:", line, StringComparison.Ordinal);
    }

    private AdminSocket Open(IClientDirectory clients) => new(
        new GatewayOptions { DataDirectory = _directory }, new AdminAnswers(_rejects, clients), _clock, new LogBudget(_clock), _loggers.CreateLogger<AdminSocket>());

    private async Task<string> AskAsync(string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(AdminSocket.PathIn(_directory)));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        try
        {
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread.
            return "not understood";
        }
    }

    private sealed class ManyClients : IClientDirectory
    {
        public IReadOnlyList<ClientView> Clients(string? after, int limit) =>
            [.. Enumerable.Range(0, AdminSocketTests.Clients).Select(View).Where(view => string.CompareOrdinal(view.ClientId, after) > 0).Take(limit)];

        public ClientView? Client(string clientId) => clientId == "pump-00007" ? View(7) : null;

        private static ClientView View(int i) => new($"pump-{i:D5}", $"thing-{i}", $"127.0.0.1:{40000 + i}", "certificate", "ab12", "5.0", Time, 60)
        {
            Subscriptions = 2,
            InFlight = 1,
            Queued = 3,
            MessagesIn = 10,
            MessagesOut = 20,
            BytesIn = 1000,
            BytesOut = 2000,
            LastReportAt = Time.AddMinutes(1),
            LastReportOutcome = "accepted",
            AuthorizationFailures = 4,
        };
    }
}
