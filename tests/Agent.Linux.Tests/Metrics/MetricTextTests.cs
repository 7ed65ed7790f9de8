using System.Text;
using Defender.Agent.Linux.Metrics;
using Xunit;

namespace Defender.Agent.Linux.Tests.Metrics;

public sealed class MetricTextTests
{
    private readonly Values _values = new();

    [Theory]
    [InlineData("number", "42", """{"number":42}""")]
    [InlineData("number", " -42.50 \n", """{"number":-42.5}""")]
    [InlineData("number", "0", """{"number":0}""")]
    [InlineData("number", "1.5e3", """{"number":1500}""")]
    [InlineData("number", "0.30000000000000004", """{"number":0.3}""")]
    [InlineData("number", "0.333333333333", """{"number":0.333333333}""")]
    [InlineData("number", "123456789012345", """{"number":123456789012345}""")]
    [InlineData("number", "12345678.123456789", """{"number":12345678.1234568}""")]
    [InlineData("number-list", "1 2,3\n-4\t5", """{"number_list":[1,2,3,-4,5]}""")]
    [InlineData("number-list", "", """{"number_list":[]}""")]
    [InlineData("string-list", "sda1\n /dev/sdb \r\n\n", """{"string_list":["sda1","/dev/sdb"]}""")]
    [InlineData("ip-address-list", "10.0.0.1\n2001:db8::1\n", """{"ip_list":["10.0.0.1","2001:db8::1"]}""")]
    public void Becomes_a_value(string type, string text, string value)
    {
        Assert.Null(Add(type, text));
        Assert.Equal(value, _values.Of("m"));
    }

    [Theory]
    [InlineData("number", "", "is no number of at most 15 digits: ''")]
    [InlineData("number", "many", "is no number of at most 15 digits: 'many'")]
    [InlineData("number", "1 2", "is no number of at most 15 digits: '1 2'")]
    [InlineData("number", "1\n2", "is no number of at most 15 digits: '1\n2'")]
    [InlineData("number", "NaN", "is no number of at most 15 digits: 'NaN'")]
    [InlineData("number", "1,5", "is no number of at most 15 digits: '1,5'")]
    [InlineData("number", "1234567890123456", "is no number of at most 15 digits: '1234567890123456'")]
    [InlineData("number", "1e40", "is no number of at most 15 digits: '1e40'")]
    [InlineData("number-list", "1 2.5", "is no list of whole numbers: '2.5'")]
    [InlineData("string-list", "with blank", "cannot be used: a text of a custom metric has letters, digits and : _ - / . only")]
    [InlineData("ip-address-list", "10.0.0.1:22", "cannot be used: an item of a list of addresses is an IPv4 or IPv6 address")]
    public void Has_a_reason_where_it_is_none(string type, string text, string reason)
    {
        Assert.Equal(reason, Add(type, text));
        Assert.Equal("", _values.Of("m"));
    }

    [Fact]
    public void What_is_no_UTF8_is_no_value() =>
        Assert.Equal("is not UTF-8", MetricText.AddTo(_values.Metrics, "m", CustomMetricType.StringList, [0xC3, 0x28]));

    private string? Add(string type, string text)
    {
        Assert.True(CustomMetricTypes.TryParse(type, out CustomMetricType parsed));
        return MetricText.AddTo(_values.Metrics, "m", parsed, Encoding.UTF8.GetBytes(text));
    }
}
