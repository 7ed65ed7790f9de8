using System.Buffers;
using System.Linq;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

public sealed class SplitTests
{
    public static TheoryData<string> Names => Sample.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_the_same_over_every_two_cuts(string name)
    {
        Sample sample = Sample.Named(name);
        byte[] bytes = sample.Bytes;
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(sample.Text, sample.Read(Wire.Cut(bytes, first, second)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_the_same_from_segments_of_one_byte(string name)
    {
        Sample sample = Sample.Named(name);

        Assert.Equal(sample.Text, sample.Read(Wire.Cut(sample.Bytes, Enumerable.Range(1, sample.Bytes.Length - 1))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_prefix_needs_more_data_and_names_the_type_from_its_first_byte(string name)
    {
        Sample sample = Sample.Named(name);
        byte[] bytes = sample.Bytes;
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] prefix = bytes[..length];
            foreach (ReadOnlySequence<byte> buffer in new[] { new(prefix), Wire.Cut(prefix, Enumerable.Range(0, length)) })
            {
                MqttReadStatus status = MqttFraming.TryReadFrame(buffer, bytes.Length, out MqttFrame frame, out MqttError error, sample.Version);

                Assert.Equal(MqttReadStatus.NeedMoreData, status);
                Assert.False(error.IsError);
                Assert.Equal(length == 0 ? MqttPacketType.None : (MqttPacketType)(bytes[0] >> 4), frame.Type);
            }
        }
    }

    [Fact]
    public void Packets_that_arrive_together_are_read_one_after_the_other()
    {
        byte[] stream = [.. Sample.All.SelectMany(sample => sample.Bytes)];
        for (int size = 1; size <= 64; size++)
        {
            ReadOnlySequence<byte> rest = Wire.Cut(
                stream, Enumerable.Range(1, stream.Length / size).Select(index => index * size).Where(cut => cut < stream.Length));
            foreach (Sample sample in Sample.All)
            {
                MqttReadStatus status = MqttFraming.TryReadFrame(rest, PacketText.Limit, out MqttFrame frame, out _, sample.Version);

                Assert.Equal(MqttReadStatus.Complete, status);
                Assert.Equal(sample.Text, PacketText.Read(frame, sample.Version, sample.FromServer));
                Assert.Equal(sample.Bytes.Length, frame.Length);
                rest = rest.Slice(frame.End);
            }

            Assert.True(rest.IsEmpty);
        }
    }
}
