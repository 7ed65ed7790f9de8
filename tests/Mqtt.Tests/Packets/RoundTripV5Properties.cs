using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Mqtt.Packets;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Property = (Defender.Mqtt.Packets.MqttPropertyId Id, object Value);

namespace Defender.Mqtt.Tests.Packets;

/// <summary>Every packet of MQTT 5.0 is read as it was written, with any properties that it may have, whatever the cuts.</summary>
public sealed class RoundTripV5Properties
{
    private static readonly Gen<string> Text = Gen.OneOf(
            Gen.Choose(1, 0x7F).Select(c => new Rune(c)),
            Gen.Choose(0x80, 0xD7FF).Select(c => new Rune(c)),
            Gen.Choose(0xE000, 0x10FFFF).Select(c => new Rune(c)))
        .ArrayOf()
        .Select(string.Concat);

    private static readonly Gen<string> Topic = Text.Select(text => "t" + text.Replace('+', '-').Replace('#', '-'));

    private static readonly Arbitrary<(byte[] Bytes, ushort Id, int Choice, byte Cut)> Rest =
        ArbMap.Default.ArbFor<(byte[] Bytes, ushort Id, int Choice, byte Cut)>()
            .Generator.Select(rest => (rest.Bytes ?? [], Math.Max(rest.Id, (ushort)1), rest.Choice & int.MaxValue, rest.Cut)).ToArbitrary();

    [Fact]
    public void A_connect()
        => Prop.ForAll(PropertiesOf(MqttPacketType.Connect), PropertiesOf(MqttPacketType.None), Rest, (properties, will, rest) =>
        {
            bool hasWill = (rest.Choice & 1) != 0;
            bool hasUser = (rest.Choice & 2) != 0;
            bool hasPassword = (rest.Choice & 4) != 0;
            return Reads(rest.Cut, output => MqttWriter.WriteConnect(output, new ConnectPacket
            {
                Version = MqttVersion.V5,
                KeepAliveSeconds = rest.Id,
                Properties = WrittenProperties.Of(MqttPacketType.Connect, properties),
                HasWill = hasWill,
                WillTopic = hasWill ? "w"u8 : default,
                WillMessage = hasWill ? rest.Bytes : default,
                WillProperties = hasWill ? WrittenProperties.OfWill(will) : default,
                HasUserName = hasUser,
                UserName = "u"u8,
                HasPassword = hasPassword,
                Password = rest.Bytes,
            }),
            $"Connect level=5 clean=False keepalive={rest.Id} id=''"
                + (hasWill ? $" will='w':{Convert.ToHexString(rest.Bytes)} qos=0 retain=False{Words(will)}" : "")
                + (hasUser ? " user='u'" : "") + (hasPassword ? $" password={Convert.ToHexString(rest.Bytes)}" : "") + Words(properties));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_connack()
        => Prop.ForAll(PropertiesOf(MqttPacketType.ConnAck), Rest, (properties, rest) =>
        {
            MqttReasonCode reason = Pick(rest.Choice, MqttReasonCode.Success, MqttReasonCode.NotAuthorized, MqttReasonCode.Banned);
            bool session = reason == MqttReasonCode.Success && rest.Id % 2 == 0;
            return Reads(
                rest.Cut,
                output => MqttWriter.WriteConnAck(output, reason, session, WrittenProperties.Of(MqttPacketType.ConnAck, properties)),
                $"ConnAck session={session} reason={reason}{Words(properties)}");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_publish()
        => Prop.ForAll(PropertiesOf(MqttPacketType.Publish), Topic.ToArbitrary(), Rest, (properties, topic, rest) =>
        {
            var qos = (MqttQoS)(rest.Choice % 3);
            ushort id = qos == MqttQoS.AtMostOnce ? (ushort)0 : rest.Id;
            return Reads(rest.Cut, output => MqttWriter.WritePublish(output, Message(), MqttVersion.V5),
                    $"Publish '{topic}' {Convert.ToHexString(rest.Bytes)} qos={(int)qos} dup=False retain=False id={id}{Words(properties)}")
                // Passed on: in the same order without what is between the publisher and the server, then what is the server's.
                && Reads(
                    rest.Cut,
                    output => MqttWriter.WritePublish(output, Message(), new PublishForwarding { MessageExpirySeconds = 3, TopicAlias = 2 }),
                    $"Publish '{topic}' {Convert.ToHexString(rest.Bytes)} qos={(int)qos} dup=False retain=False id={id}"
                        + Words([.. Forwarded(properties, 3), (MqttPropertyId.TopicAlias, 2u)]));

            PublishPacket Message() => new()
            {
                Topic = Encoding.UTF8.GetBytes(topic),
                Payload = rest.Bytes,
                QoS = qos,
                PacketId = id,
                Properties = WrittenProperties.Of(MqttPacketType.Publish, properties),
            };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_four_acknowledgements()
        => Prop.ForAll(PropertiesOf(MqttPacketType.PubAck), Rest, (properties, rest) =>
        {
            MqttReasonCode taken = Pick(rest.Choice, MqttReasonCode.Success, MqttReasonCode.NoMatchingSubscribers, MqttReasonCode.QuotaExceeded);
            MqttReasonCode released = Pick(rest.Choice, MqttReasonCode.Success, MqttReasonCode.PacketIdentifierNotFound);
            return Reads(rest.Cut, output => MqttWriter.WritePubAck(output, rest.Id, taken, Of(MqttPacketType.PubAck)), Expected("PubAck", taken))
                && Reads(rest.Cut, output => MqttWriter.WritePubRec(output, rest.Id, taken, Of(MqttPacketType.PubRec)), Expected("PubRec", taken))
                && Reads(rest.Cut, output => MqttWriter.WritePubRel(output, rest.Id, released, Of(MqttPacketType.PubRel)), Expected("PubRel", released))
                && Reads(rest.Cut, output => MqttWriter.WritePubComp(output, rest.Id, released, Of(MqttPacketType.PubComp)), Expected("PubComp", released));

            MqttProperties Of(MqttPacketType type) => WrittenProperties.Of(type, properties);
            string Expected(string type, MqttReasonCode reason) => $"{type} id={rest.Id} reason={reason}{Words(properties)}";
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_subscribe_and_an_unsubscribe_and_their_answers()
        => Prop.ForAll(PropertiesOf(MqttPacketType.Subscribe), PropertiesOf(MqttPacketType.SubAck), Rest, (asked, answered, rest) =>
        {
            bool shared = rest.Choice % 2 == 0;
            string filter = shared ? "$share/g/a/+" : "b/#";
            var options = new SubscriptionOptions(
                (MqttQoS)(rest.Choice % 3), !shared && rest.Id % 2 == 0, rest.Id % 3 == 0, (MqttRetainHandling)(rest.Id % 3));
            string words = (options.NoLocal ? ",nl" : "") + (options.RetainAsPublished ? ",rap" : "")
                + (options.RetainHandling == MqttRetainHandling.Send ? "" : $",{options.RetainHandling}");
            Property[] user = [.. asked.Where(property => property.Id == MqttPropertyId.UserProperty)];
            return Reads(
                    rest.Cut,
                    output => MqttWriter.WriteSubscribe(output, rest.Id, WrittenProperties.Of(MqttPacketType.Subscribe, asked), (filter, options)),
                    $"Subscribe id={rest.Id} count=1 '{filter}':{(int)options.QoS}{words}{Words(asked)}")
                && Reads(
                    rest.Cut,
                    output => MqttWriter.WriteUnsubscribe(output, rest.Id, WrittenProperties.Of(MqttPacketType.Unsubscribe, user), filter, "c"),
                    $"Unsubscribe id={rest.Id} count=2 '{filter}' 'c'{Words(user)}")
                && Reads(
                    rest.Cut,
                    output => MqttWriter.WriteSubAck(
                        output, rest.Id, WrittenProperties.Of(MqttPacketType.SubAck, answered), MqttReasonCode.GrantedQoS1, MqttReasonCode.NotAuthorized),
                    $"SubAck id={rest.Id} codes=0187{Words(answered)}")
                && Reads(
                    rest.Cut,
                    output => MqttWriter.WriteUnsubAck(
                        output, rest.Id, WrittenProperties.Of(MqttPacketType.UnsubAck, answered), MqttReasonCode.NoSubscriptionExisted),
                    $"UnsubAck id={rest.Id} codes=NoSubscriptionExisted{Words(answered)}");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_disconnect_of_either_side_and_an_auth()
        => Prop.ForAll(PropertiesOf(MqttPacketType.Disconnect), PropertiesOf(MqttPacketType.Auth), Rest, (properties, auth, rest) =>
        {
            MqttPropertyId foreign = rest.Choice % 2 == 0 ? MqttPropertyId.SessionExpiryInterval : MqttPropertyId.ServerReference;
            bool fromServer = foreign == MqttPropertyId.SessionExpiryInterval;
            Property[] own = [.. properties.Where(property => property.Id != foreign)];
            MqttReasonCode reason = fromServer ? MqttReasonCode.ServerBusy : MqttReasonCode.DisconnectWithWillMessage;
            Property[] named = [(MqttPropertyId.AuthenticationMethod, "m"), .. auth.Where(property => property.Id != MqttPropertyId.AuthenticationMethod)];
            return Reads(
                    rest.Cut,
                    output => MqttWriter.WriteDisconnect(output, reason, WrittenProperties.Of(MqttPacketType.Disconnect, own)),
                    $"Disconnect reason={reason}{Words(own)}",
                    fromServer)
                && Reads(
                    rest.Cut,
                    output => MqttWriter.WriteAuth(output, MqttReasonCode.Reauthenticate, WrittenProperties.Of(MqttPacketType.Auth, named)),
                    $"Auth reason=Reauthenticate{Words(named)}");
        }).QuickCheckThrowOnFailure();

    private static bool Reads(byte cut, Action<IBufferWriter<byte>> write, string expected, bool fromServer = false)
    {
        byte[] bytes = Wire.Written(write);
        int first = bytes.Length * cut / 256;
        return PacketText.Read(Wire.Cut(bytes, first / 2, first, (first + bytes.Length) / 2), MqttVersion.V5, fromServer) == expected;
    }

    private static MqttReasonCode Pick(int choice, params MqttReasonCode[] codes) => codes[choice % codes.Length];

    /// <summary>Any set of the properties that a packet may have, in any order, user properties between them.</summary>
    private static Arbitrary<Property[]> PropertiesOf(MqttPacketType owner)
    {
        Gen<Property>[] one = [.. Enum.GetValues<MqttPropertyId>()
            .Where(id => PropertyTable.IsAllowed(id, owner) && !(id == MqttPropertyId.SubscriptionIdentifier && owner == MqttPacketType.Publish))
            .Select(id => Value(id).Select(value => (id, value)))];
        return Gen.OneOf(one).ArrayOf().Select(Valid).ToArbitrary();
    }

    private static Property[] Valid(Property[] properties)
    {
        var present = new HashSet<MqttPropertyId>();
        Property[] unique = [.. properties.Take(MqttProperties.MaxCount - 1)
            .Where(property => property.Id == MqttPropertyId.UserProperty || present.Add(property.Id))];
        return present.Contains(MqttPropertyId.AuthenticationMethod)
            ? unique
            : [.. unique.Where(property => property.Id != MqttPropertyId.AuthenticationData)];
    }

    private static Gen<object> Value(MqttPropertyId id) => PropertyTable.KindOf(id) switch
    {
        PropertyKind.Flag => Gen.Choose(0, 1).Select(value => (object)(uint)value),
        PropertyKind.UInt16 => Gen.Choose(1, ushort.MaxValue).Select(value => (object)(uint)value),
        PropertyKind.UInt32 => Gen.Choose(1, int.MaxValue).Select(value => (object)(uint)value),
        PropertyKind.VariableInteger => Gen.Choose(1, 268_435_455).Select(value => (object)(uint)value),
        PropertyKind.Binary => ArbMap.Default.ArbFor<byte[]>().Generator.Select(value => (object)(value ?? [])),
        PropertyKind.TextPair => Text.Two().Select(pair => (object)(pair.Item1, pair.Item2)),
        _ => (id == MqttPropertyId.ResponseTopic ? Topic : Text).Select(value => (object)value),
    };

    private static IEnumerable<Property> Forwarded(Property[] properties, uint expiry) => properties
        .Where(property => property.Id != MqttPropertyId.TopicAlias)
        .Select(property => property.Id == MqttPropertyId.MessageExpiryInterval ? (property.Id, expiry) : property);

    private static string Words(Property[] properties) => properties.Length == 0 ? "" : " ["
        + string.Join(' ', properties.Select(property => $"{property.Id}=" + property.Value switch
        {
            string text => $"'{text}'",
            byte[] bytes => Convert.ToHexString(bytes),
            (string name, string text) => $"'{name}':'{text}'",
            object number => $"{number}",
        })) + "]";
}
