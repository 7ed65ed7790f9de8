using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

public sealed class MutationTests
{
    private const int Cases = 20_000;

    [Fact]
    public void No_mutation_of_a_valid_packet_makes_a_parser_throw_or_depend_on_the_cuts()
    {
        var random = new Random(20260831);
        byte[][] seeds = [.. Sample.All.Select(sample => sample.Bytes)];
        var outcomes = new HashSet<string>();
        for (int i = 0; i < Cases; i++)
        {
            byte[] bytes = Mutate(random, [.. seeds[random.Next(seeds.Length)]]);
            string whole = PacketText.Read(bytes);
            int cut = random.Next(bytes.Length + 1);

            Assert.Equal(whole, PacketText.Read(Wire.Cut(bytes, cut / 2, cut)));
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

            Assert.NotEqual(ConnectPacket.TryParse(body, out _, out MqttError error), error.IsError);
            Assert.NotEqual(ConnAckPacket.TryParse(body, out _, out error), error.IsError);
            Assert.NotEqual(PublishPacket.TryParse((byte)random.Next(16), body, out _, out error), error.IsError);
            Assert.NotEqual(SubscribePacket.TryParse(body, out _, out error), error.IsError);
            Assert.NotEqual(SubAckPacket.TryParse(body, out _, out error), error.IsError);
            Assert.NotEqual(UnsubscribePacket.TryParse(body, out _, out error), error.IsError);
            Assert.NotEqual(AckPacket.TryParse(body, out _, out error), error.IsError);
            Assert.NotEqual(EmptyPacket.TryParse(body, out error), error.IsError);
        }
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

        return [.. bytes];
    }
}
