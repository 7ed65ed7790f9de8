using System;
using System.CommandLine;
using Defender.Gateway.Brokers;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Cli;

/// <summary>The options of <c>run</c> for an external broker.</summary>
internal sealed class BrokerArguments
{
    private readonly Option<string?> _address = new("--broker")
    {
        Description = "Take reports from this broker as well, mqtt://HOST[:PORT] or mqtts://HOST[:PORT], and answer there (see docs/brokers.md)",
        HelpName = "URL",
    };

    private readonly Option<string?> _ca = Text("--broker-ca", "Certificates (PEM) that the broker's has to come from; by default those that the system trusts", "FILE");
    private readonly Option<string?> _certificate = Text("--broker-cert", "Certificate (PEM) that the gateway shows the broker", "FILE");
    private readonly Option<string?> _key = Text("--broker-key", "Its key (PEM)", "FILE");
    private readonly Option<string?> _user = Text("--broker-user", "User name at the broker", "NAME");
    private readonly Option<string?> _password = Text("--broker-password-file", "File that holds the password", "FILE");
    private readonly Option<string> _clientId = new("--broker-client-id")
    {
        Description = "Client identifier at the broker, one for each gateway: what comes while it is away waits under it",
        HelpName = "ID",
        DefaultValueFactory = _ => BrokerOptions.DefaultClientId,
    };

    private readonly Option<string> _topic = new("--broker-topic")
    {
        Description = "Where devices publish reports there: a topic with the levels {thing} and {format}; answers go to TOPIC/accepted and TOPIC/rejected",
        HelpName = "TOPIC",
        DefaultValueFactory = _ => BrokerTopic.DefaultTemplate,
    };

    private readonly Option<string?> _share = Text("--broker-share", "Group of a shared subscription ($share), for several gateways on one broker", "GROUP");
    private readonly Option<string> _events = new("--broker-events")
    {
        Description = "Events of its clients that the broker publishes, for cloud-side metrics: emqx, aws or none",
        HelpName = "KIND",
        DefaultValueFactory = _ => "none",
    };

    public BrokerArguments()
    {
        _events.AcceptOnlyFromAmong("none", "emqx", "aws");
        _address.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !BrokerAddress.TryParse(text, out BrokerAddress? _))
                result.AddError("--broker takes mqtt://HOST[:PORT] or mqtts://HOST[:PORT]");
        });
        _topic.Validators.Add(result =>
        {
            if (!BrokerTopic.TryParse(result.GetValueOrDefault<string>()!, out _, out string? reason))
                result.AddError($"--broker-topic {reason}");
        });
        _share.Validators.Add(result =>
        {
            // MQTT 5, 4.8.2: neither / nor a wildcard.
            if (result.GetValueOrDefault<string?>() is { } group && (!TopicName.IsValid(group) || group.Contains('/', StringComparison.Ordinal)))
                result.AddError("--broker-share takes a name without / and wildcards");
        });
        _clientId.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>()! is { Length: < 1 or > 128 })
                result.AddError("--broker-client-id takes 1 to 128 characters");
        });
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] others = [_ca, _certificate, _key, _user, _password, _clientId, _topic, _share, _events];
        command.Add(_address);
        foreach (Option option in others)
            command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (Option option in others)
            {
                if (result.GetResult(_address) is null && result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} needs --broker");
            }
        });
    }

    /// <summary>What was asked for; null without a broker.</summary>
    public BrokerOptions? Read(ParseResult result)
    {
        if (result.GetValue(_address) is not { } text || !BrokerAddress.TryParse(text, out BrokerAddress? address)
            || !BrokerTopic.TryParse(result.GetValue(_topic)!, out BrokerTopic? topic, out _))
            return null;
        return new BrokerOptions
        {
            Address = address,
            CaFile = result.GetValue(_ca),
            CertificateFile = result.GetValue(_certificate),
            KeyFile = result.GetValue(_key),
            UserName = result.GetValue(_user),
            PasswordFile = result.GetValue(_password),
            ClientId = result.GetValue(_clientId)!,
            Topic = topic,
            ShareGroup = result.GetValue(_share),
            Events = result.GetValue(_events) switch
            {
                "emqx" => BrokerEvents.Emqx,
                "aws" => BrokerEvents.Aws,
                _ => BrokerEvents.None,
            },
        };
    }

    private static Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };
}
