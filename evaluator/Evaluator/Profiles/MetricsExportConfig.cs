namespace Defender.Evaluator.Profiles;

/// <summary>Where the values of exported metrics are published.</summary>
/// <param name="MqttTopic">1 to 512 characters, no wildcard.</param>
/// <param name="RoleArn">The ARN of the role that may publish, 20 to 2048 characters; stored, not used here.</param>
public sealed record MetricsExportConfig(string MqttTopic, string RoleArn);
