using System;
using System.Buffers;
using System.Linq;
using System.Text;
using Defender.Mqtt.Packets;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

public sealed class RoundTripProperties
{
    /// <summary>Any text that MQTT can carry: no U+0000, no lone surrogate.</summary>
    private static readonly Arbitrary<string> Text = Gen.OneOf(
            Gen.Choose(1, 0x7F).Select(c => new Rune(c)),
            Gen.Choose(0x80, 0xD7FF).Select(c => new Rune(c)),
            Gen.Choose(0xE000, 0x10FFFF).Select(c => new Rune(c)))
        .ArrayOf()
        .Select(string.Concat)
        .ToArbitrary();

    private static readonly Arbitrary<string> Topic =
        Text.Generator.Select(text => "t" + text.Replace('+', '-').Replace('#', '-')).ToArbitrary();

    [Fact]
    public void A_publish_is_read_as_it_was_written_whatever_the_cuts()
        => Prop.ForAll(Topic, ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<(byte Flags, ushort Id, byte Cut)>(), (topic, payload, rest) =>
        {
            var qos = (MqttQoS)(rest.Flags % 3);
            ushort id = qos == MqttQoS.AtMostOnce ? (ushort)0 : Math.Max(rest.Id, (ushort)1);
            bool dup = qos != MqttQoS.AtMostOnce && (rest.Flags & 8) != 0;
            bool retain = (rest.Flags & 16) != 0;
            byte[] bytes = Wire.Written(output => MqttWriter.WritePublish(output, new PublishPacket
            {
                Topic = Encoding.UTF8.GetBytes(topic),
                Payload = payload,
                QoS = qos,
                Dup = dup,
                Retain = retain,
                PacketId = id,
            }));

            return PacketText.Read(Cut(bytes, rest.Cut))
                == $"Publish '{topic}' {Convert.ToHexString(payload)} qos={(int)qos} dup={dup} retain={retain} id={id}";
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_connect_is_read_as_it_was_written_whatever_the_cuts()
        => Prop.ForAll(Text, Text, ArbMap.Default.ArbFor<(byte[] Secret, ushort KeepAlive, byte Flags, byte Cut)>(), (id, user, rest) =>
        {
            byte[] secret = rest.Secret ?? [];
            bool clean = id.Length == 0 || (rest.Flags & 1) != 0;
            bool hasWill = (rest.Flags & 2) != 0;
            bool retain = hasWill && (rest.Flags & 4) != 0;
            bool hasUser = (rest.Flags & 8) != 0;
            bool hasPassword = hasUser && (rest.Flags & 16) != 0;
            int qos = hasWill ? (rest.Flags >> 5) % 3 : 0;
            byte[] bytes = Wire.Written(output => MqttWriter.WriteConnect(output, new ConnectPacket
            {
                ClientId = Encoding.UTF8.GetBytes(id),
                CleanSession = clean,
                KeepAliveSeconds = rest.KeepAlive,
                HasWill = hasWill,
                WillTopic = hasWill ? "will"u8 : default,
                WillMessage = hasWill ? secret : default,
                WillQoS = (MqttQoS)qos,
                WillRetain = retain,
                HasUserName = hasUser,
                UserName = Encoding.UTF8.GetBytes(user),
                HasPassword = hasPassword,
                Password = secret,
            }));
            string expected = $"Connect level=4 clean={clean} keepalive={rest.KeepAlive} id='{id}'"
                + (hasWill ? $" will='will':{Convert.ToHexString(secret)} qos={qos} retain={retain}" : "")
                + (hasUser ? $" user='{user}'" : "")
                + (hasPassword ? $" password={Convert.ToHexString(secret)}" : "");

            return PacketText.Read(Cut(bytes, rest.Cut)) == expected;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_subscribe_and_an_unsubscribe_keep_every_filter_in_order()
        => Prop.ForAll(Topic.Generator.NonEmptyListOf().ToArbitrary(), ArbMap.Default.ArbFor<(ushort Id, byte Cut)>(), (filters, rest) =>
        {
            ushort id = Math.Max(rest.Id, (ushort)1);
            var entries = filters.Select((filter, index) => (Filter: filter, QoS: (MqttQoS)(index % 3))).ToArray();
            byte[] subscribe = Wire.Written(output => MqttWriter.WriteSubscribe(output, id, entries));
            byte[] unsubscribe = Wire.Written(output => MqttWriter.WriteUnsubscribe(output, id, [.. filters]));

            return PacketText.Read(Cut(subscribe, rest.Cut)) == $"Subscribe id={id} count={entries.Length}"
                    + string.Concat(entries.Select(entry => $" '{entry.Filter}':{(int)entry.QoS}"))
                && PacketText.Read(Cut(unsubscribe, rest.Cut)) == $"Unsubscribe id={id} count={entries.Length}"
                    + string.Concat(filters.Select(filter => $" '{filter}'"));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_read_the_same_whole_and_cut()
        => Prop.ForAll<byte[], byte>((bytes, cut) => PacketText.Read(bytes) == PacketText.Read(Cut(bytes, cut)))
            .QuickCheckThrowOnFailure();

    private static ReadOnlySequence<byte> Cut(byte[] bytes, byte seed)
    {
        int first = bytes.Length * seed / 256;
        return Wire.Cut(bytes, first / 2, first, (first + bytes.Length) / 2);
    }
}
