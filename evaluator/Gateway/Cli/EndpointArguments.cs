using System;
using System.CommandLine;
using System.Linq;
using Defender.Gateway.Mqtt;

namespace Defender.Gateway.Cli;

/// <summary>The options of <c>run</c> that say how the MQTT endpoint behaves.</summary>
internal sealed class EndpointArguments
{
    private readonly Option<MqttMode> _mode = new("--mqtt-mode")
    {
        Description = "aws: as AWS IoT Core does, QoS 0 and 1; spec: as the specification of MQTT says, with QoS 2 [default: aws]",
        HelpName = "aws|spec",
        CustomParser = result => Enum.TryParse(result.Tokens[0].Value, ignoreCase: true, out MqttMode mode) && Enum.IsDefined(mode)
            ? mode
            : Fail(result, $"--mqtt-mode takes aws or spec, not '{result.Tokens[0].Value}'"),
    };

    private readonly Option<string[]> _limits = new("--limit")
    {
        Description = $"A limit of the MQTT endpoint other than its default (docs/mqtt.md), may be given often: {string.Join(", ", MqttLimitNames.All)}",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    public EndpointArguments() => _limits.Validators.Add(result =>
    {
        foreach (string setting in result.GetValueOrDefault<string[]>() ?? [])
        {
            if (!MqttLimitNames.TrySet(MqttLimits.Aws, setting, out _, out string? error))
                result.AddError($"--limit: {error}");
        }
    });

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_mode);
        command.Options.Add(_limits);
    }

    public MqttMode Mode(ParseResult result) => result.GetValue(_mode);

    public MqttLimits Limits(ParseResult result) => result.GetValue(_limits)!.Aggregate(
        MqttLimits.Of(Mode(result)),
        static (limits, setting) => MqttLimitNames.TrySet(limits, setting, out MqttLimits changed, out _) ? changed : limits);

    private static MqttMode Fail(System.CommandLine.Parsing.ArgumentResult result, string error)
    {
        result.AddError(error);
        return MqttMode.Aws;
    }
}
