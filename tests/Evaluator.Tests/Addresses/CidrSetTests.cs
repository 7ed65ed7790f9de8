using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Addresses;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Addresses;

/// <summary>Membership in many networks, against asking each of them.</summary>
public sealed class CidrSetTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0 ::a00:0")]
    [InlineData("192.0.2.7", "192.0.2.7", "192.0.2.6 192.0.2.8")]
    [InlineData("192.0.2.7/32", "192.0.2.7 ::ffff:192.0.2.7", "192.0.2.6 192.0.2.8")]
    [InlineData("0.0.0.0/0", "0.0.0.0 255.255.255.255", ":: ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::/0", ":: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ::fffe:ffff:ffff ::1:0:0:0", "0.0.0.0 255.255.255.255 10.0.0.1")]
    [InlineData("2001:db8::1/128", "2001:db8::1", "2001:db8:: 2001:db8::2")]
    [InlineData("2001:db8::/33", "2001:db8:: 2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", "2001:db8:8000:: 2001:db7:ffff::")]
    [InlineData("255.255.255.255/32 255.255.255.254/32", "255.255.255.255 255.255.255.254", "255.255.255.253 0.0.0.0")]
    [InlineData("10.0.0.0/24 10.0.1.0/24", "10.0.0.255 10.0.1.0", "10.0.2.0")]
    [InlineData("10.0.0.0/8 10.1.0.0/16 10.1.2.3/32", "10.2.0.0 10.1.2.3 10.255.255.255", "11.0.0.0")]
    [InlineData("", "", "0.0.0.0 ::")]
    public void Holds_what_one_of_its_networks_holds(string networks, string inside, string outside)
    {
        var set = new CidrSet(Split(networks).Select(Network));
        Assert.All(Split(inside), text => Assert.True(set.Contains(Address(text)), text));
        Assert.All(Split(outside), text => Assert.False(set.Contains(Address(text)), text));
    }

    [Theory]
    [InlineData("10.0.0.0/25 10.0.0.128/25", 1)]
    [InlineData("10.0.0.0/25 10.0.1.0/25", 2)]
    [InlineData("10.0.0.0/8 10.0.0.0/8 10.9.9.9", 1)]
    [InlineData("ffff::/16 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1)]
    [InlineData("255.255.255.255 0.0.0.0", 2)]
    [InlineData("::/0 0.0.0.0/0", 2)]
    public void Merges_networks_that_overlap_or_touch(string networks, int ranges) =>
        Assert.Equal(ranges, new CidrSet(Split(networks).Select(Network)).RangeCount);

    [Fact]
    public void Agrees_with_asking_each_network_at_and_around_every_edge()
    {
        Prop.ForAll(Networks().ToArbitrary(), networks =>
        {
            var set = new CidrSet(networks);
            return networks.SelectMany(Edges).All(address => set.Contains(address) == networks.Any(network => network.Contains(address)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Agrees_with_asking_each_of_100_000_networks()
    {
        var random = new Random(20_261_121);
        CidrBlock[] networks = [.. Enumerable.Range(0, 100_000).Select(_ => RandomNetwork(random))];
        var set = new CidrSet(networks);

        // 2 x 250 edges of networks, whose neighbours may or may not belong to others.
        IpAddress[] asked = [.. networks.Where((_, i) => i % 400 == 0).SelectMany(Edges)];
        Assert.All(asked, address => Assert.Equal(Array.Exists(networks, network => network.Contains(address)), set.Contains(address)));
        Assert.Contains(asked, set.Contains);
        Assert.Contains(asked, address => !set.Contains(address));
    }

    /// <summary>Up to 40 networks close together, so that they nest, touch and overlap.</summary>
    private static Gen<CidrBlock[]> Networks()
    {
        Gen<CidrBlock> v4 =
            from bits in Gen.Choose(0, 1023)
            from shift in Gen.Elements(0, 12, 22)
            from prefix in Gen.Frequency((9, Gen.Choose(18, 32)), (1, Gen.Choose(0, 17)))
            select Network($"{IpAddress.FromIPv4((uint)bits << shift)}/{prefix}");
        Gen<CidrBlock> v6 =
            from bits in Gen.Choose(0, 1023)
            from shift in Gen.Elements(0, 30, 40, 118)
            from prefix in Gen.Frequency((6, Gen.Choose(110, 128)), (4, Gen.Choose(0, 109)))
            select Network($"{new IpAddress((UInt128)bits << shift)}/{prefix}");
        return Gen.Choose(0, 40).SelectMany(count => Gen.OneOf(v4, v6).ArrayOf(count));
    }

    private static IEnumerable<IpAddress> Edges(CidrBlock network) =>
        [new(network.First.Bits - 1), network.First, new((network.First.Bits + network.Last.Bits) / 2), network.Last, new(network.Last.Bits + 1)];

    private static CidrBlock RandomNetwork(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[0] = 0x20;
        return random.Next(3) == 0
            ? Network($"{new IpAddress(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes))}/{random.Next(20, 129)}")
            : Network($"{IpAddress.FromIPv4((uint)random.NextInt64(1L << 32))}/{random.Next(14, 33)}");
    }

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static CidrBlock Network(string text) => CidrBlock.TryParse(text, out CidrBlock block) ? block : throw new FormatException(text);

    private static IpAddress Address(string text) => IpAddress.TryParse(text, out IpAddress address) ? address : throw new FormatException(text);
}
