using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Gateway.Policies;
using Defender.Gateway.Policies.Reading;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>Policies from text, and questions to them as text.</summary>
internal static class Policy
{
    public const string Arn = "arn:aws:iot:us-east-1:123456789012:";

    /// <summary>A device whose certificate is attached to its thing.</summary>
    public static PolicyVariables Device(string name) => new() { ClientId = name, ThingName = name, ThingIsAttached = true };

    /// <summary>A document of statements, like <c>Allow iot:Publish topic/a</c>, lists separated by commas.</summary>
    public static PolicyDocument Of(params string[] statements) => Read($$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements.Select(Statement))}}]}""");

    public static PolicyDocument Read(string json)
    {
        Assert.True(TryRead($$"""{"P":{{json}}}""", out FrozenDictionary<string, PolicyDocument>? policies, out IReadOnlyList<string> mistakes), string.Join('\n', mistakes));
        return policies!["P"];
    }

    public static bool TryRead(string file, out FrozenDictionary<string, PolicyDocument>? policies, out IReadOnlyList<string> mistakes) =>
        PolicyFile.TryRead(Encoding.UTF8.GetBytes(file), out policies, out mistakes);

    public static SessionPolicy For(PolicyVariables variables, params string[] statements) => SessionPolicy.Compile([Of(statements)], variables);

    public static bool Connects(this SessionPolicy policy, string clientId) => policy.AllowsConnect(Utf8(clientId));

    public static bool Publishes(this SessionPolicy policy, string topic, bool retain = false) => policy.AllowsPublish(Utf8(topic), retain);

    public static bool Subscribes(this SessionPolicy policy, string filter) => policy.AllowsSubscribe(Utf8(filter));

    public static bool Receives(this SessionPolicy policy, string topic) => policy.AllowsReceive(Utf8(topic));

    /// <summary>Asks like <c>Publish a/b</c>.</summary>
    public static bool Allows(this SessionPolicy policy, string question)
    {
        string[] parts = question.Split(' ', 2);
        return parts[0] switch
        {
            "Connect" => policy.Connects(parts[1]),
            "Publish" => policy.Publishes(parts[1]),
            "RetainPublish" => policy.Publishes(parts[1], retain: true),
            "Subscribe" => policy.Subscribes(parts[1]),
            _ => policy.Receives(parts[1]),
        };
    }

    private static string Statement(string text)
    {
        string[] parts = text.Split(' ', 3);
        string resources = string.Join(',', parts[2].Split(',').Select(resource => resource == "*" || resource.StartsWith("arn:", System.StringComparison.Ordinal) ? $"\"{resource}\"" : $"\"{Arn}{resource}\""));
        return $$"""{"Effect":"{{parts[0]}}","Action":[{{string.Join(',', parts[1].Split(',').Select(action => $"\"{action}\""))}}],"Resource":[{{resources}}]}""";
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
