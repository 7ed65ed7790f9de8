using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Tests.Reports;
using Defender.Evaluator.Things;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Things;

/// <summary>R19, as thing-names.csv pins it.</summary>
public sealed class ThingNameTests
{
    private static readonly IReadOnlyList<IReadOnlyDictionary<string, string>> Rows = Csv.Read(RepositoryFiles.Contract("thing-names.csv"));

    public static TheoryData<int> RowNumbers => new(Enumerable.Range(0, Rows.Count));

    [Theory]
    [MemberData(nameof(RowNumbers))]
    public void Names_of_the_contract_are_taken_or_refused(int number)
    {
        IReadOnlyDictionary<string, string> row = Rows[number];
        string name = JsonSerializer.Deserialize<string>(row["thing_name_json"])!;
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        Assert.Equal(int.Parse(row["utf8_bytes"], CultureInfo.InvariantCulture), utf8.Length);

        Assert.Equal(row["valid_registry_name"] == "yes", ThingName.IsRegistryName(utf8));
        Assert.Equal(row["valid_registry_name"] == "yes", ThingName.IsRegistryName(name));

        byte[] topic = Encoding.UTF8.GetBytes($"$aws/things/{name}/defender/metrics/json");
        bool isReport = ReportTopic.TryParse(topic, out ReportTopic reportTopic);
        Assert.Equal(row["defender_report"] != "n/a", isReport);
        if (!isReport)
            return;

        bool isValid = ThingName.IsValid(reportTopic.Thing, out ThingNameError error);
        Assert.Equal(row["defender_report"] == "accepted", isValid);
        Assert.Equal(isValid, ThingName.IsValid(name, out ThingNameError errorOfText));
        Assert.Equal(error, errorOfText);
        Assert.Equal(isValid, error.Message.Length == 0);
    }

    [Theory]
    [InlineData("", ThingNameFault.Empty)]
    [InlineData("C3 28", ThingNameFault.NotUtf8)] // a lead byte and no continuation
    [InlineData("C0 AF", ThingNameFault.NotUtf8)] // overlong
    [InlineData("ED A0 80", ThingNameFault.NotUtf8)] // a surrogate
    [InlineData("F4 90 80 80", ThingNameFault.NotUtf8)] // above U+10FFFF
    [InlineData("61 C2", ThingNameFault.NotUtf8)] // cut off where a C1 control could stand
    [InlineData("C2 80", ThingNameFault.ControlCharacter)]
    [InlineData("C2 9F", ThingNameFault.ControlCharacter)]
    [InlineData("C2 A0", ThingNameFault.None)]
    [InlineData("C3 80", ThingNameFault.None)] // U+00C0: its second byte looks like that of a control
    [InlineData("7E", ThingNameFault.None)]
    [InlineData("7F", ThingNameFault.ControlCharacter)]
    [InlineData("1F", ThingNameFault.ControlCharacter)]
    [InlineData("20", ThingNameFault.None)]
    public void Bytes_give_their_fault(string hex, ThingNameFault fault)
    {
        byte[] utf8 = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        Assert.Equal(fault == ThingNameFault.None, ThingName.IsValid(utf8, out ThingNameError error));

        Assert.Equal(fault, error.Fault);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_name()
    {
        Assert.False(ThingName.IsValid("a\uD83D", out ThingNameError high));
        Assert.False(ThingName.IsValid("\uDE00b", out ThingNameError low));
        Assert.Equal((ThingNameFault.NotUtf8, ThingNameFault.NotUtf8), (high.Fault, low.Fault));
    }

    [Fact]
    public void A_name_that_is_too_long_says_how_long()
    {
        Assert.False(ThingName.IsValid(new string('é', 100), out ThingNameError error));
        Assert.Equal("The thing name has 200 bytes of UTF-8; 1 to 128 are allowed.", error.Message);
    }
}
