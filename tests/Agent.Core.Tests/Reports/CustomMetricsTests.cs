using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Defender.Agent.Core.Reports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Agent.Core.Tests.Reports;

public sealed class CustomMetricsTests
{
    private readonly Report _report = SampleReport.Empty();

    [Theory]
    [InlineData("cpu", CustomMetricError.None)]
    [InlineData("A:z_0-9", CustomMetricError.None)]
    [InlineData("aws", CustomMetricError.None)]
    [InlineData("awsx:", CustomMetricError.None)]
    [InlineData("aws:cpu", CustomMetricError.NameReserved)]
    [InlineData("aws:", CustomMetricError.NameReserved)]
    [InlineData("", CustomMetricError.NameLength)]
    [InlineData("cpu load", CustomMetricError.NameCharacter)]
    [InlineData("cpu/load", CustomMetricError.NameCharacter)]
    [InlineData("cpu.load", CustomMetricError.NameCharacter)]
    [InlineData("größe", CustomMetricError.NameCharacter)]
    [InlineData("\"", CustomMetricError.NameCharacter)]
    [InlineData("a\0b", CustomMetricError.NameCharacter)]
    public void Names_are_those_of_the_contract(string name, CustomMetricError expected)
    {
        Assert.Equal(expected, _report.CustomMetrics.AddNumber(name, 1, 0));
        Assert.Equal(expected == CustomMetricError.None ? 1 : 0, _report.CustomMetrics.Count);
    }

    [Theory]
    [InlineData(128, CustomMetricError.None)]
    [InlineData(129, CustomMetricError.NameLength)]
    public void Names_end_at_128_characters(int length, CustomMetricError expected) =>
        Assert.Equal(expected, _report.CustomMetrics.AddNumber(new string('n', length), 1, 0));

    [Fact]
    public void A_name_stands_once_whatever_its_type()
    {
        Assert.Equal(CustomMetricError.None, _report.CustomMetrics.AddNumber("a", 1, 0));
        Assert.Equal(CustomMetricError.NameTaken, _report.CustomMetrics.AddStringList("a", ["x"], 1));

        _report.Begin(2);
        Assert.Equal(CustomMetricError.None, _report.CustomMetrics.AddStringList("a", ["x"], 1));
    }

    [Theory]
    [InlineData(CustomMetrics.MaxNumber, 0, CustomMetricError.None)]
    [InlineData(-CustomMetrics.MaxNumber, 9, CustomMetricError.None)]
    [InlineData(CustomMetrics.MaxNumber + 1, 0, CustomMetricError.NumberLength)]
    [InlineData(-CustomMetrics.MaxNumber - 1, 0, CustomMetricError.NumberLength)]
    [InlineData(long.MinValue, 0, CustomMetricError.NumberLength)]
    [InlineData(1, -1, CustomMetricError.Decimals)]
    [InlineData(1, 10, CustomMetricError.Decimals)]
    public void Numbers_have_15_digits_and_9_decimals_at_most(long value, int decimals, CustomMetricError expected)
    {
        Assert.Equal(expected, _report.CustomMetrics.AddNumber("n", value, decimals));
        if (decimals == 0)
            Assert.Equal(expected, _report.CustomMetrics.AddNumberList("list", [0, value], 2));
    }

    [Theory]
    [InlineData(365, 1, "36.5")]
    [InlineData(360, 1, "36")]
    [InlineData(-5, 3, "-0.005")]
    [InlineData(-500, 3, "-0.5")]
    [InlineData(0, 9, "0")]
    [InlineData(1, 9, "0.000000001")]
    [InlineData(-999999999999999, 9, "-999999.999999999")]
    [InlineData(123456789012345, 6, "123456789.012345")]
    public void The_decimal_point_stands_where_it_was_asked_for(long value, int decimals, string expected)
    {
        _report.CustomMetrics.AddNumber("n", value, decimals);

        string text = ReportWriterTests.Decode(SampleReport.Write(_report, ReportFormat.Json, ReportNames.Short), ReportFormat.Json);
        Assert.EndsWith($$$"""{"n":[{"number":{{{expected}}}}]}}""", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Cbor_holds_the_double_nearest_to_the_decimal_in_its_shortest_form()
    {
        Gen<(long, int)> numbers =
            from digits in Gen.Choose(1, 15)
            from high in Gen.Choose(0, 99_999_999)
            from low in Gen.Choose(0, 9_999_999)
            from decimals in Gen.Choose(0, 9)
            from sign in Gen.Elements(-1, 1)
            select (sign * (((high * 10_000_000L) + low) % (long)Math.Pow(10, digits)), decimals);
        Prop.ForAll(numbers.ToArbitrary(), number =>
        {
            (long value, int decimals) = number;
            _report.Begin(1);
            _report.CustomMetrics.AddNumber("n", value, decimals);

            // CborText refuses what is not in its shortest form.
            using JsonDocument document = JsonDocument.Parse(CborText.ToJson(SampleReport.Write(_report, ReportFormat.Cbor, ReportNames.Long)));
            double written = document.RootElement.GetProperty("custom_metrics").GetProperty("n")[0].GetProperty("number").GetDouble();
            return written == double.Parse($"{value}e-{decimals}", CultureInfo.InvariantCulture);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData(5, 1, "f93800")] // 0.5
    [InlineData(655045, 1, "fa477fe080")] // 65504.5: one bit too many for a half
    [InlineData(1, 1, "fb3fb999999999999a")] // 0.1
    [InlineData(-1, 1, "fbbfb999999999999a")]
    [InlineData(99999999999999, 1, "fb42a2309ce53fffcd")]
    public void Cbor_floats_are_those_of_the_standard(long value, int decimals, string hex)
    {
        _report.CustomMetrics.AddNumber("n", value, decimals);

        string document = Convert.ToHexStringLower(SampleReport.Write(_report, ReportFormat.Cbor, ReportNames.Short));
        Assert.EndsWith("666e756d626572" + hex, document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eth0:443", CustomMetricError.None)]
    [InlineData("/usr/bin/a-b_c.d", CustomMetricError.None)]
    [InlineData("", CustomMetricError.TextLength)]
    [InlineData("two words", CustomMetricError.TextCharacter)]
    [InlineData("a,b", CustomMetricError.TextCharacter)]
    [InlineData("泵", CustomMetricError.TextCharacter)]
    [InlineData("\uD83D", CustomMetricError.TextCharacter)]
    public void Texts_are_what_AWS_shows(string text, CustomMetricError expected) =>
        Assert.Equal(expected, _report.CustomMetrics.AddStringList("s", ["ok", text], 2));

    [Theory]
    [InlineData(256, CustomMetricError.None)]
    [InlineData(257, CustomMetricError.TextLength)]
    public void Texts_end_at_256_characters(int length, CustomMetricError expected) =>
        Assert.Equal(expected, _report.CustomMetrics.AddStringList("s", [new string('/', length)], 1));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:DB8:0:0:8:800:200C:417A")]
    [InlineData("0000:0000:0000:0000:0000:ffff:255.255.255.255")]
    [InlineData("64:ff9b::192.0.2.33")]
    public void Addresses_are_taken(string address) => Assert.Equal(CustomMetricError.None, _report.CustomMetrics.AddIpList("i", [address], 1));

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.4/24")]
    [InlineData("1.2.3.4:80")]
    [InlineData("1..3.4")]
    [InlineData("gateway")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:2")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData(":1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("1::2::3")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("0000:0000:0000:0000:0000:ffff:255.255.255.2555")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.Equal(CustomMetricError.NotAnAddress, _report.CustomMetrics.AddIpList("i", ["192.0.2.1", text], 2));
        Assert.Equal(0, _report.CustomMetrics.Count);
    }

    [Fact]
    public void A_null_in_a_list_is_refused_and_not_a_crash()
    {
        Assert.Equal(CustomMetricError.TextLength, _report.CustomMetrics.AddStringList("s", [null!], 1));
        Assert.Equal(CustomMetricError.NotAnAddress, _report.CustomMetrics.AddIpList("s", [null!], 1));
        Assert.Equal(CustomMetricError.NameLength, _report.CustomMetrics.AddNumber(null!, 1, 0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_count_outside_of_the_array_is_refused(int count)
    {
        Assert.Equal(CustomMetricError.ListLength, _report.CustomMetrics.AddNumberList("n", [1, 2], count));
        Assert.Equal(CustomMetricError.ListLength, _report.CustomMetrics.AddStringList("s", ["a", "b"], count));
        Assert.Equal(CustomMetricError.ListLength, _report.CustomMetrics.AddIpList("i", ["::1", "::2"], count));
    }

    [Fact]
    public void Lists_end_at_1000_items()
    {
        Assert.Equal(CustomMetricError.None, _report.CustomMetrics.AddNumberList("n", new long[1001], 1000));
        Assert.Equal(CustomMetricError.ListLength, _report.CustomMetrics.AddNumberList("m", new long[1001], 1001));
        Assert.Equal(CustomMetricError.ListLength, _report.CustomMetrics.AddStringList("s", [.. Enumerable.Repeat("a", 1001)], 1001));
    }

    [Fact]
    public void The_hundredth_metric_is_the_last()
    {
        for (int i = 0; i < CustomMetrics.MaxMetrics; i++)
            Assert.Equal(CustomMetricError.None, _report.CustomMetrics.AddNumber("n" + i, i, 0));

        Assert.Equal(CustomMetricError.TooManyMetrics, _report.CustomMetrics.AddNumber("more", 1, 0));
        using JsonDocument document = JsonDocument.Parse(SampleReport.Write(_report, ReportFormat.Json, ReportNames.Long));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => ("n" + i, i)),
            document.RootElement.GetProperty("custom_metrics").EnumerateObject().Select(m => (m.Name, m.Value[0].GetProperty("number").GetInt32())));
    }

    [Fact]
    public void What_was_kept_is_not_changed_by_the_callers_arrays()
    {
        long[] numbers = [1];
        string[] texts = ["a"];
        _report.CustomMetrics.AddNumberList("n", numbers, 1);
        _report.CustomMetrics.AddStringList("s", texts, 1);
        byte[] before = SampleReport.Write(_report, ReportFormat.Json, ReportNames.Long);

        numbers[0] = 2;
        texts[0] = "b";

        Assert.Equal(before, SampleReport.Write(_report, ReportFormat.Json, ReportNames.Long));
    }

    [Fact]
    public void Every_refusal_has_its_sentence()
    {
        CustomMetricError[] refusals = [.. Enum.GetValues<CustomMetricError>().Where(error => error != CustomMetricError.None)];

        Assert.Equal(refusals.Length, refusals.Select(CustomMetricErrors.Explain).Where(text => text.Length > 10).Distinct().Count());
        Assert.Equal("", CustomMetricErrors.Explain(CustomMetricError.None));
    }

    [Fact]
    public void Filling_and_writing_again_allocates_nothing()
    {
        long[] numbers = [1, -2, 3];
        string[] texts = ["/usr/sbin/sshd", "a"];
        string[] addresses = ["192.0.2.1", "2001:db8::1"];
        byte[] buffer = new byte[4096];
        foreach (ReportFormat format in new[] { ReportFormat.Json, ReportFormat.Cbor })
        {
            ReportWriter writer = new(format, ReportNames.Long);
            for (int round = 0; round < 2; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 50; i++)
                {
                    _report.Begin(i);
                    _report.CustomMetrics.AddNumber("cpu_temperature", 365, 1);
                    _report.CustomMetrics.AddNumberList("numbers", numbers, 3);
                    _report.CustomMetrics.AddStringList("texts", texts, 2);
                    _report.CustomMetrics.AddIpList("addresses", addresses, 2);
                    writer.TryWrite(_report, buffer, 0, buffer.Length, out _);
                }

                if (round == 1)
                    Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }
    }
}
