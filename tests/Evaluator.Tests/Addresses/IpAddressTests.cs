using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using Defender.Evaluator.Addresses;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Addresses;

public sealed class IpAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.10")]
    [InlineData("255.255.255.255")]
    // RFC 4291 section 2.2
    [InlineData("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789")]
    [InlineData("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a")]
    [InlineData("FF01:0:0:0:0:0:0:101", "ff01::101")]
    [InlineData("FF01::101", "ff01::101")]
    [InlineData("0:0:0:0:0:0:0:1", "::1")]
    [InlineData("0:0:0:0:0:0:0:0", "::")]
    [InlineData("0:0:0:0:0:FFFF:129.144.52.38", "129.144.52.38")]
    [InlineData("::FFFF:129.144.52.38", "129.144.52.38")]
    [InlineData("::ffff:8190:3426", "129.144.52.38")]
    // RFC 5952 section 1, 2 and 4
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1")]
    [InlineData("2001:db8:0:0:0:0:2:1", "2001:db8::2:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("::1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221")]
    public void Takes_every_spelling_and_writes_one(string text, string? written = null)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        Assert.True(IpAddress.TryParse(Encoding.ASCII.GetBytes(text), out IpAddress ofBytes));

        Assert.Equal(written ?? text, address.ToString());
        Assert.Equal(address, ofBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    [InlineData(".1.2.3.4")]
    [InlineData("1..2.3")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.00")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.1000")]
    [InlineData("0x1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData(" 1.2.3.4")]
    [InlineData("+1.2.3.4")]
    [InlineData("3221225994")]
    [InlineData("1.2.3.٤")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData(":::")]
    [InlineData("1:::2")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("::1.2.3")]
    [InlineData("::1.2.3.256")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("::1/128")]
    [InlineData("10.0.0.0/8")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2551")]
    public void Refuses_what_is_no_address(string text)
    {
        Assert.False(IpAddress.TryParse(text, out _));
        Assert.False(IpAddress.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Reads_ipv6_as_the_runtime_does()
    {
        Gen<string> texts =
            from groups in Gen.ArrayOf(Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 15)), (2, Gen.Choose(0, 65535))), 8)
            from start in Gen.Choose(0, 7)
            from length in Gen.Choose(0, 8)
            from form in Gen.Choose(0, 7)
            select Spell(groups, start, length, form);
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            IPAddress expected = IPAddress.Parse(text);
            Assert.True(IpAddress.TryParse(text, out IpAddress address), text);
            string written = expected.IsIPv4MappedToIPv6 ? expected.MapToIPv4().ToString() : expected.ToString();
            Assert.Equal(written, address.ToString());
            Assert.True(IpAddress.TryParse(written, out IpAddress again));
            Assert.Equal(address, again);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Takes_no_text_that_the_runtime_refuses()
    {
        Gen<string> texts = Gen.ArrayOf(Gen.Elements("0123af:::..::%g".ToCharArray())).Resize(24).Select(chars => new string(chars));
        Prop.ForAll(texts.ToArbitrary(), text =>
            !IpAddress.TryParse(text, out IpAddress address)
            || (IPAddress.TryParse(text, out IPAddress? expected) && expected.MapToIPv6().ToString() == new IPAddress(Bytes(address)).ToString()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Addresses_are_ordered_by_value()
    {
        IpAddress[] ordered = [.. new[] { "::", "::1", "0.0.0.0", "9.255.255.255", "10.0.0.0", "64::", "ffff::" }.Select(Parse)];

        Assert.Equal(ordered, ordered.Reverse().Order());
        for (int i = 1; i < ordered.Length; i++)
        {
            Assert.True(ordered[i - 1] < ordered[i] && ordered[i] > ordered[i - 1]);
            Assert.True(ordered[i - 1] <= ordered[i] && ordered[i] >= ordered[i - 1]);
            Assert.False(ordered[i] < ordered[i - 1] || ordered[i] <= ordered[i - 1]);
        }
    }

    private static IpAddress Parse(string text) => IpAddress.TryParse(text, out IpAddress address) ? address : throw new ArgumentException(text, nameof(text));

    private static byte[] Bytes(IpAddress address)
    {
        byte[] bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Bits);
        return bytes;
    }

    /// <summary>One of the spellings of RFC 4291: short or full groups, either case, a run left out, the end dotted.</summary>
    private static string Spell(int[] groups, int start, int length, int form)
    {
        string format = (form & 1) == 0 ? "x" : "x4";
        string[] texts = [.. groups.Select(group => group.ToString((form & 2) == 0 ? format : format.ToUpperInvariant(), CultureInfo.InvariantCulture))];
        int end = Math.Min(8, start + length);
        bool isDotted = (form & 4) != 0 && end <= 6;
        if (isDotted)
            texts = [.. texts[..6], $"{groups[6] >> 8}.{groups[6] & 255}.{groups[7] >> 8}.{groups[7] & 255}"];
        return end == start ? string.Join(':', texts) : $"{string.Join(':', texts[..start])}::{(end >= texts.Length ? "" : string.Join(':', texts[end..]))}";
    }
}
