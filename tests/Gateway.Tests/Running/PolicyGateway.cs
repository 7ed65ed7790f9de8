using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Policies;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Defender.Mqtt;
using Defender.Tests;

namespace Defender.Gateway.Tests.Running;

/// <summary>A gateway with a policy file, on a clock of the test's; each policy has a user of the same name.</summary>
internal sealed class PolicyGateway : IAsyncDisposable
{
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("defender-policies-").FullName;
    private readonly Dictionary<string, string[]> _policies = [];

    private PolicyGateway()
    {
    }

    public ManualTime Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public MqttEndpoint Endpoint => Gateway.Host.Find<MqttEndpoint>();

    private string PolicyFile => Path.Combine(_directory, "policies.json");

    /// <summary>Starts with policies, each a list of what it allows, like <c>Publish topic/a/*</c>.</summary>
    public static Task<PolicyGateway> StartAsync(MqttMode mode, params (string Name, string[] Allowed)[] policies) =>
        StartAsync(options => options with { MqttMode = mode }, policies);

    /// <inheritdoc cref="StartAsync(MqttMode, ValueTuple{string, string[]}[])"/>
    public static async Task<PolicyGateway> StartAsync(Func<GatewayOptions, GatewayOptions> configure, params (string Name, string[] Allowed)[] policies)
    {
        var started = new PolicyGateway();
        foreach ((string name, string[] allowed) in policies)
            started._policies[name] = allowed;
        started.WriteFile();
        started.Gateway = await TestGateway.StartAsync(options => configure(options) with { PoliciesFile = started.PolicyFile }, started.Clock);
        foreach ((string name, _) in policies)
            started.AddUser(name, thing: null, name);
        return started;
    }

    /// <summary>Adds a user; without policies for the default one.</summary>
    public void AddUser(string name, string? thing, params string[] policies)
    {
        using IIdentityStore identities = new StoreLocation(Gateway.Directory, null).OpenIdentities();
        identities.PutUser(PasswordHash.CreateUser(name, Encoding.UTF8.GetBytes(PacketPeer.PasswordOf(name)), 1000, thing, [.. policies], Clock.GetUtcNow()));
        Gateway.Host.Find<IdentityRegistry>().Poll();
    }

    /// <summary>Gives a policy other rights, and waits for the gateway to look.</summary>
    public void Change(string name, params string[] allowed)
    {
        _policies[name] = allowed;
        WriteFile();
        Clock.Advance(PolicyStore.RereadInterval);
    }

    /// <summary>A user that connects; with its name as client identifier unless there is another.</summary>
    public Task<PacketPeer> ConnectAsync(
        string user, MqttVersion version = MqttVersion.V5, string? clientId = null, bool cleanStart = true, PacketPeer.Properties? properties = null, (string, string)? will = null) =>
        PacketPeer.ConnectAsync(Gateway, clientId ?? user, version, cleanStart, properties, will, userName: user);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private void WriteFile() => File.WriteAllText(PolicyFile, JsonSerializer.Serialize(_policies.ToDictionary(policy => policy.Key, policy => new
    {
        Version = "2012-10-17",
        Statement = policy.Value.Select(rule => rule.Split(' ', 2)).Select(rule => new
        {
            Effect = "Allow",
            Action = $"iot:{rule[0]}",
            Resource = $"arn:aws:iot:us-east-1:123456789012:{rule[1]}",
        }),
    })));
}
