using System.Linq;
using Defender.Evaluator.Addresses;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Addresses;

public sealed class CidrBlockTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("192.0.2.10", "192.0.2.10/32", "192.0.2.10", "192.0.2.10")]
    [InlineData("192.0.2.10/31", "192.0.2.10/31", "192.0.2.10", "192.0.2.11")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", "0.0.0.0", "255.255.255.255")]
    [InlineData("::/0", "::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8::5/32", "2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8::5", "2001:db8::5/128", "2001:db8::5", "2001:db8::5")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1/32", "10.0.0.1", "10.0.0.1")]
    public void Networks_have_their_first_and_last_address(string text, string written, string first, string last)
    {
        Assert.True(CidrBlock.TryParse(text, out CidrBlock block));

        Assert.Equal((written, first, last), (block.ToString(), block.First.ToString(), block.Last.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/8")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/8 ")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("10.0.0/8")]
    [InlineData("2001:db8::/129")]
    [InlineData("2001:db8::/0128")]
    [InlineData("host/8")]
    public void Refuses_what_is_no_network(string text) => Assert.False(CidrBlock.TryParse(text, out _));

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0", true)]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "9.255.255.255", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.1.1", true)]
    [InlineData("::/0", "10.1.1.1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("::ffff:0.0.0.0/90", "10.1.1.1", false)] // an IPv6 network that happens to span the mapped addresses
    [InlineData("2001:db8::/32", "2001:db8:ffff::", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    public void Contains_the_addresses_of_its_family_and_prefix(string network, string address, bool isContained)
    {
        Assert.True(CidrBlock.TryParse(network, out CidrBlock block));
        Assert.True(IpAddress.TryParse(address, out IpAddress parsed));

        Assert.Equal(isContained, block.Contains(parsed));
    }

    [Fact]
    public void Containment_is_equality_of_the_leading_bits()
    {
        Gen<(int[] Network, int[] Address, int Prefix)> cases =
            from network in Gen.ArrayOf(Gen.Choose(0, 255), 4)
            from prefix in Gen.Choose(0, 32)
            from flipped in Gen.Choose(0, 31)
            select (network, network.Select((octet, i) => i == flipped / 8 ? octet ^ 128 >> flipped % 8 : octet).ToArray(), prefix);
        Prop.ForAll(cases.ToArbitrary(), value =>
        {
            Assert.True(CidrBlock.TryParse($"{string.Join('.', value.Network)}/{value.Prefix}", out CidrBlock block));
            Assert.True(IpAddress.TryParse(string.Join('.', value.Address), out IpAddress address));
            uint mask = value.Prefix == 0 ? 0 : uint.MaxValue << 32 - value.Prefix;
            Assert.Equal((Bits(value.Network) & mask) == (Bits(value.Address) & mask), block.Contains(address));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static uint Bits(int[] octets) => octets.Aggregate(0u, (bits, octet) => bits << 8 | (uint)octet);
}
