using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Things;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Core.Tests.Things;

public sealed class ThingNameTests
{
    public static TheoryData<string, string> ContractNames()
    {
        TheoryData<string, string> data = [];
        foreach (string line in File.ReadLines(RepositoryFiles.Contract("thing-names.csv")).Skip(1))
        {
            // The first column is a JSON string in CSV quotes: "" stands for ", and no name of the corpus holds a comma.
            string[] columns = line.Split(',');
            data.Add(columns[0][1..^1].Replace("\"\"", "\""), columns[3]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ContractNames))]
    public void Takes_and_refuses_what_the_contract_does(string nameAsJson, string expected)
    {
        string name = JsonSerializer.Deserialize<string>(nameAsJson)!;

        bool isValid = ThingName.TryParse(name, out ThingName? parsed, out ThingNameError error);

        // n/a: the name would be another topic or a wildcard, so the agent must not start with it either.
        Assert.Equal(expected == "accepted", isValid);
        Assert.Equal(isValid ? name : null, parsed?.Value);
        Assert.Equal(isValid, error.Message.Length == 0);
    }

    [Fact]
    public void Contract_corpus_is_not_empty() => Assert.True(ContractNames().Count > 25);

    [Theory]
    [InlineData("", ThingNameErrorCode.Empty, 0)]
    [InlineData("pump\t17", ThingNameErrorCode.ControlCharacter, 4)]
    [InlineData("pömp\u0085", ThingNameErrorCode.ControlCharacter, 5)]
    [InlineData("site/pump", ThingNameErrorCode.TopicCharacter, 4)]
    [InlineData("pump+", ThingNameErrorCode.TopicCharacter, 4)]
    [InlineData("#", ThingNameErrorCode.TopicCharacter, 0)]
    public void Says_what_is_wrong_and_at_which_byte(string name, ThingNameErrorCode code, int position)
    {
        Assert.False(ThingName.TryParse(name, out _, out ThingNameError error));

        Assert.Equal(code, error.Code);
        Assert.Equal(position, error.Position);
    }

    // Not a row above: attributes are stored as UTF-8, which cannot hold half a surrogate pair.
    [Fact]
    public void Refuses_half_a_surrogate_pair()
    {
        Assert.False(ThingName.TryParse("pump\uD83D", out _, out ThingNameError error));

        Assert.Equal(ThingNameErrorCode.NotUnicode, error.Code);
    }

    [Fact]
    public void Says_how_long_a_name_of_129_bytes_is()
    {
        Assert.False(ThingName.TryParse(new string('x', 129), out _, out ThingNameError error));

        Assert.Equal(ThingNameErrorCode.TooLong, error.Code);
        Assert.Equal("a thing name has at most 128 bytes of UTF-8, this one has 129", error.Message);
    }

    [Theory]
    [InlineData(ReportFormat.Json, "json")]
    [InlineData(ReportFormat.Cbor, "cbor")]
    public void Names_the_topics_of_the_contract(ReportFormat format, string level)
    {
        Assert.True(ThingName.TryParse("größe 7", out ThingName? thing, out _));

        ReportTopics topics = new(thing, format);

        Assert.Equal($"$aws/things/größe 7/defender/metrics/{level}", topics.Report);
        Assert.Equal($"$aws/things/größe 7/defender/metrics/{level}/accepted", topics.Accepted);
        Assert.Equal($"$aws/things/größe 7/defender/metrics/{level}/rejected", topics.Rejected);
    }
}
