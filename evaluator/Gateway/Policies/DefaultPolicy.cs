using System;
using System.Linq;
using System.Text;
using Defender.Gateway.Policies.Reading;

namespace Defender.Gateway.Policies;

/// <summary>What a client may do whose certificate or user names no policy.</summary>
internal static class DefaultPolicy
{
    /// <summary>Its name where a decision is told.</summary>
    public const string Name = "DefaultPolicy";

    /// <summary>
    /// The document: a device is its thing, connects under its name, reports, and gets its answers and what is sent to it.
    /// </summary>
    public const string Text =
        """
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Sid": "ConnectAsTheThing",
              "Effect": "Allow",
              "Action": "iot:Connect",
              "Resource": "arn:aws:iot:*:*:client/${iot:Connection.Thing.ThingName}",
              "Condition": { "Bool": { "iot:Connection.Thing.IsAttached": "true" } }
            },
            {
              "Sid": "PublishItsReports",
              "Effect": "Allow",
              "Action": "iot:Publish",
              "Resource": "arn:aws:iot:*:*:topic/$aws/things/${iot:Connection.Thing.ThingName}/defender/metrics/*",
              "Condition": { "Bool": { "iot:Connection.Thing.IsAttached": "true" } }
            },
            {
              "Sid": "SubscribeToWhatIsItsOwn",
              "Effect": "Allow",
              "Action": "iot:Subscribe",
              "Resource": [
                "arn:aws:iot:*:*:topicfilter/$aws/things/${iot:Connection.Thing.ThingName}/*",
                "arn:aws:iot:*:*:topicfilter/defender/things/${iot:Connection.Thing.ThingName}/*"
              ],
              "Condition": { "Bool": { "iot:Connection.Thing.IsAttached": "true" } }
            },
            {
              "Sid": "ReceiveWhatIsItsOwn",
              "Effect": "Allow",
              "Action": "iot:Receive",
              "Resource": [
                "arn:aws:iot:*:*:topic/$aws/things/${iot:Connection.Thing.ThingName}/*",
                "arn:aws:iot:*:*:topic/defender/things/${iot:Connection.Thing.ThingName}/*"
              ],
              "Condition": { "Bool": { "iot:Connection.Thing.IsAttached": "true" } }
            }
          ]
        }
        """;

    /// <summary>The document, read.</summary>
    public static PolicyDocument Document { get; } = Read();

    private static PolicyDocument Read() =>
        PolicyFile.TryRead(Encoding.UTF8.GetBytes($$"""{"{{Name}}":{{Text}}}"""), out var policies, out var mistakes)
            ? policies.Values.Single()
            : throw new InvalidOperationException(string.Join("; ", mistakes));
}
