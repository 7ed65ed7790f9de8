using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Defender.Mqtt;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Where the messages of an SNS topic go instead, and how many at most.</summary>
/// <param name="TopicArn">The SNS topic that profiles name.</param>
internal abstract record SinkOptions(string TopicArn)
{
    /// <summary>Messages that go out singly in the long run, 1 to 6000; default 60. What is over the rate is folded into a count.</summary>
    public int MessagesPerMinute { get; init; } = 60;

    /// <summary>Messages that go out singly at once after a quiet time, 1 to 1000; default 20.</summary>
    public int Burst { get; init; } = 20;

    /// <summary>Messages that wait while the sink does not take them, 1 to 1,000,000; default 10,000. What comes on top is folded.</summary>
    public int MaxWaiting { get; init; } = 10_000;
}

/// <summary>A topic of the gateway's own MQTT endpoint: the message reaches who is subscribed at that moment.</summary>
/// <param name="TopicArn">The SNS topic.</param>
/// <param name="Topic">A topic name that does not belong to devices.</param>
internal sealed record MqttSinkOptions(string TopicArn, string Topic) : SinkOptions(TopicArn)
{
    /// <summary>0 or 1; default 1.</summary>
    public MqttQoS QoS { get; init; } = MqttQoS.AtLeastOnce;
}

/// <summary>A web server that takes the message as a signed POST.</summary>
/// <param name="TopicArn">The SNS topic.</param>
/// <param name="Url">https; http only to this machine and with <see cref="AllowPrivateAddresses"/>.</param>
/// <param name="Secret">The key of the signature, 16 to 1024 bytes.</param>
internal sealed record WebhookSinkOptions(string TopicArn, Uri Url, ReadOnlyMemory<byte> Secret) : SinkOptions(TopicArn)
{
    /// <summary>Further headers of each request, such as a token the receiver asks for.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whether the server may be at a loopback or private address; default false.</summary>
    public bool AllowPrivateAddresses { get; init; }
}

/// <summary>A program that is run for each message and gets it on standard input.</summary>
/// <param name="TopicArn">The SNS topic.</param>
/// <param name="Command">An absolute path and its arguments; no shell is involved.</param>
internal sealed record CommandSinkOptions(string TopicArn, ImmutableArray<string> Command) : SinkOptions(TopicArn)
{
    /// <summary>How long it may run, 1 to 300 s; default 30 s. Then it is killed with its children.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A file that gets a line for each message.</summary>
/// <param name="TopicArn">The SNS topic.</param>
/// <param name="Path">The file; its folder exists.</param>
internal sealed record FileSinkOptions(string TopicArn, string Path) : SinkOptions(TopicArn)
{
    /// <summary>
    /// Size that the file does not outgrow, 64 KiB to 1 TiB; default 10 MiB. It is renamed to <c>.1</c> before, which replaces
    /// the one of that name.
    /// </summary>
    public long MaxBytes { get; init; } = 10 * 1024 * 1024;
}
