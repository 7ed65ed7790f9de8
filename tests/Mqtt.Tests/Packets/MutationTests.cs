using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

public sealed class MutationTests
{
    // More by DEFENDER_FUZZ_CASES.
    private static readonly int Cases = int.Parse(
        Environment.GetEnvironmentVariable("DEFENDER_FUZZ_CASES") is { Length: > 0 } cases ? cases : "40000", CultureInfo.InvariantCulture);

    [Fact]
    public void No_mutation_of_a_valid_packet_makes_a_parser_throw_or_depend_on_the_cuts()
    {
        var random = new Random(20260831);
        (byte[] Bytes, Sample Sample)[] seeds = [.. Sample.All.Select(sample => (sample.Bytes, sample)), (TooManyProperties(), Sample.Named("v5-publish"))];
        var outcomes = new HashSet<string>();
        for (int i = 0; i < Cases; i++)
        {
            (byte[] seed, Sample sample) = seeds[random.Next(seeds.Length)];
            byte[] bytes = Mutate(random, [.. seed]);
            // Now and then as the other version and the other side would read it.
            MqttVersion version = random.Next(8) == 0 ? MqttVersion.V311 : sample.Version;
            bool fromServer = random.Next(8) == 0 ^ sample.FromServer;
            string whole = PacketText.Read(bytes, version, fromServer);
            int cut = random.Next(bytes.Length + 1);

            Assert.Equal(whole, PacketText.Read(Wire.Cut(bytes, cut / 2, cut), version, fromServer));
            outcomes.Add(whole.Split(' ') is ["Invalid" or "Malformed" or "TooLarge", var code] ? code : whole.Split(' ')[0]);
        }

        // The mutations have reached every rule of the codec and every packet, or they would prove little.
        IEnumerable<string> reachable = Enum.GetNames<MqttErrorCode>().Except([nameof(MqttErrorCode.None)])
            .Concat(Enum.GetNames<MqttPacketType>().Except([nameof(MqttPacketType.None)]));
        Assert.Empty(reachable.Except(outcomes));
    }

    [Fact]
    public void Any_body_is_either_parsed_or_refused_by_every_parser()
    {
        var random = new Random(7);
        for (int i = 0; i < Cases; i++)
        {
            byte[] body = new byte[random.Next(40)];
            random.NextBytes(body);
            // Small numbers make plausible lengths.
            for (int at = 0; at < body.Length; at++)
            {
                body[at] = random.Next(3) == 0 ? (byte)0 : random.Next(2) == 0 ? (byte)(body[at] % 8) : body[at];
            }

            MqttVersion version = random.Next(2) == 0 ? MqttVersion.V311 : MqttVersion.V5;
            bool fromServer = random.Next(2) == 0;
            Assert.NotEqual(ConnectPacket.TryParse(body, out _, out MqttError error, acceptV5: fromServer), error.IsError);
            Assert.NotEqual(ConnAckPacket.TryParse(body, out _, out error, version), error.IsError);
            Assert.NotEqual(PublishPacket.TryParse((byte)random.Next(16), body, out _, out error, version, fromServer), error.IsError);
            Assert.NotEqual(SubscribePacket.TryParse(body, out _, out error, version), error.IsError);
            Assert.NotEqual(SubAckPacket.TryParse(body, out _, out error, version), error.IsError);
            Assert.NotEqual(UnsubscribePacket.TryParse(body, out _, out error, version), error.IsError);
            Assert.NotEqual(UnsubAckPacket.TryParse(body, out _, out error), error.IsError);
            Assert.NotEqual(AckPacket.TryParse((MqttPacketType)random.Next(16), body, version, out _, out error), error.IsError);
            Assert.NotEqual(DisconnectPacket.TryParse(body, out _, out error, version, fromServer), error.IsError);
            Assert.NotEqual(AuthPacket.TryParse(body, out _, out error), error.IsError);
            Assert.NotEqual(EmptyPacket.TryParse(body, out error), error.IsError);
            // Bytes that nobody checked may be nonsense, but are walked to an end.
            foreach (MqttProperty property in MqttProperties.Stored(body))
            {
                Assert.NotEqual(MqttPropertyId.None, property.Id);
            }
        }
    }

    /// <summary>One more than may be: no writer makes such a packet.</summary>
    private static byte[] TooManyProperties()
    {
        byte[] properties = [.. Enumerable.Repeat(Wire.Hex("26 00 00 00 00"), MqttProperties.MaxCount + 1).SelectMany(property => property)];
        return [0x30, 0xCA, 0x02, 0, 1, (byte)'t', 0xC5, 0x02, .. properties];
    }

    private static byte[] Mutate(Random random, List<byte> bytes)
    {
        for (int edits = random.Next(4); edits >= 0 && bytes.Count > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = "\0\u0001\u0002+#/"u8[random.Next(6)];
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 4:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at) + 1));
                    break;
            }
        }

        // Half of them get a right length again, so that the body's own rules are reached.
        if (bytes.Count is >= 2 and < 130 && random.Next(2) == 0)
        {
            bytes[1] = (byte)(bytes.Count - 2);
        }
        else if (bytes.Count >= 131 && random.Next(2) == 0)
        {
            (bytes[1], bytes[2]) = ((byte)((bytes.Count - 3) & 0x7F | 0x80), (byte)((bytes.Count - 3) >> 7));
        }

        return [.. bytes];
    }
}
