using System.IO;
using System.Linq;
using System.Text;
using Defender.Evaluator.Profiles;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>What the gateway is started with: ten static behaviors for all things, whose alarms go to a topic.</summary>
internal static class LoadProfile
{
    /// <summary>Where alarms are published.</summary>
    public const string AlertTopic = "alerts/load";

    private const int Behaviors = 10;
    private const string Target = "arn:aws:sns:us-east-1:123456789012:load";

    /// <summary>Writes both documents; gives their paths.</summary>
    public static (string Profile, string Alerts) Write(string directory)
    {
        string behaviors = string.Join(",\n", BenchmarkReport.Behaviors(Behaviors).Select(behavior => Encoding.UTF8.GetString(ProfileWriter.ToUtf8Json(behavior))));
        string profile = Path.Combine(directory, "profile.json");
        File.WriteAllText(profile, $$"""
            {"securityProfileName": "load", "behaviors": [{{behaviors}}],
             "alertTargets": {"SNS": {"alertTargetArn": "{{Target}}", "roleArn": "arn:aws:iam::123456789012:role/alerts"} } }
            """);
        string alerts = Path.Combine(directory, "alerts.json");
        File.WriteAllText(alerts, $$"""
            {"sinks": {"{{Target}}": {"type": "mqtt", "topic": "{{AlertTopic}}", "messagesPerMinute": 6000, "burst": 1000} } }
            """);
        return (profile, alerts);
    }

    /// <summary>A report that breaks a behavior: telnet listens.</summary>
    public static byte[] Violation(long reportId) => Encoding.UTF8.GetBytes(
        $$$"""{"header":{"report_id":{{{reportId}}},"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":[{"port":23}],"total":1} } }""");
}
