using System;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>Random bytes and damaged sessions over real connections; the seed is fixed, so that a failure comes again.</summary>
public sealed class FuzzTests
{
    private const int Cases = 3000;
    private const int AtOnce = 8;

    private static readonly byte[][] Session =
    [
        RawPeer.Connect("fuzz", keepAlive: 60, will: ("will/fuzz", "gone")),
        RawPeer.Subscribe("a/#", "+/b", "$aws/things/+/defender/metrics/json/+"),
        RawPeer.Publish(Reports.Topic("fuzz"), Reports.Listening(1, 22, 2323), packetId: 1),
        RawPeer.Publish("a/b", new byte[40], packetId: 2),
        RawPeer.Publish(Reports.Topic("fuzz", "cbor"), new byte[40]),
        [0x40, 2, 0, 1],
        [0xA2, 7, 0, 3, 0, 3, (byte)'a', (byte)'/', (byte)'#'],
        [0xC0, 0],
        [0xE0, 0],
    ];

    [Fact]
    public async Task No_stream_of_bytes_ends_or_stalls_the_gateway()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient witness = await gateway.ConnectAsync("witness");
        await witness.ListenForAnswersAsync("witness");

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(worker => RunAsync(gateway, new Random(2323 + worker))));

        await witness.ReportAsync("witness", Reports.Listening(1, 2323));
        Assert.Equal("accepted", (await witness.NextAsync()).Kind);
        await gateway.Output.WaitForAsync(" thing=witness ", "no-telnet-2323");
        Assert.DoesNotContain(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        // The fuzz got beyond the front door.
        Assert.Contains(gateway.Log.Lines, line => line.Contains("of thing fuzz accepted", StringComparison.Ordinal));
    }

    private static async Task RunAsync(TestGateway gateway, Random random)
    {
        for (int i = 0; i < Cases / AtOnce; i++)
        {
            using RawPeer peer = await gateway.OpenAsync();
            try
            {
                await peer.SendAsync(i % 10 == 0 ? Noise(random) : Damage(random));
                peer.Finish();
                await peer.ReadToCloseAsync();
            }
            catch (SocketException)
            {
                // Closed while it was still sending.
            }
        }
    }

    private static byte[] Noise(Random random)
    {
        byte[] bytes = new byte[random.Next(1, 300)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Damage(Random random)
    {
        byte[][] packets = [Session[0], .. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Session[random.Next(Session.Length)])];
        byte[] bytes = [.. packets.SelectMany(packet => packet)];
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            int place = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 2 when place > 0:
                    bytes = bytes[..place];
                    break;
                default:
                    bytes = [.. bytes[..place], .. bytes[random.Next(bytes.Length)..]];
                    break;
            }
        }

        return bytes.Length == 0 ? [0] : bytes;
    }
}
