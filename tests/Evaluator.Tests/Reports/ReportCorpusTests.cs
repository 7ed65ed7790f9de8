using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>Each payload of the contract's corpora gets the outcome that its index file gives.</summary>
public sealed class ReportCorpusTests
{
    // One reader and report for all files: nothing of one may be left in the next.
    private static readonly ReportReader Reader = new();
    private static readonly Report Report = new();

    public static TheoryData<string> ValidFiles => new(ReportCorpus.Index(ReportCorpus.Folder("valid")).Select(row => row["file"]));

    public static TheoryData<string> InvalidFiles => new(ReportCorpus.Index(ReportCorpus.Folder("invalid")).Select(row => row["file"]));

    [Theory]
    [MemberData(nameof(ValidFiles))]
    public void Valid_report_gives_its_datapoints(string file) => CheckValid(ReportCorpus.Folder("valid"), file);

    [Theory]
    [MemberData(nameof(InvalidFiles))]
    public void Invalid_report_breaks_its_rule_and_echoes_its_id(string file) => CheckInvalid(ReportCorpus.Folder("invalid"), file);

    [Fact]
    public void The_index_files_name_every_payload_of_the_corpora()
    {
        Assert.Equal(80, ValidFiles.Count);
        Assert.Equal(167, InvalidFiles.Count);
        foreach (string outcome in new[] { "valid", "invalid" })
        {
            string folder = ReportCorpus.Folder(outcome);
            IEnumerable<string> payloads = Directory.GetFiles(folder).Select(path => Path.GetFileName(path))
                .Where(name => name is not ("index.csv" or "expected-datapoints.json"));
            Assert.Equal(payloads.Order(), ReportCorpus.Index(folder).Select(row => row["file"]).Order());
        }
    }

    [SharedFact("contract/guide")]
    public void Reports_of_the_guide_are_read_as_printed()
    {
        foreach (IReadOnlyDictionary<string, string> row in ReportCorpus.Index(ReportCorpus.GuideFolder("valid")))
            CheckValid(ReportCorpus.GuideFolder("valid"), row["file"]);
        foreach (IReadOnlyDictionary<string, string> row in ReportCorpus.Index(ReportCorpus.GuideFolder("invalid")))
            CheckInvalid(ReportCorpus.GuideFolder("invalid"), row["file"]);
    }

    private static void CheckValid(string folder, string file)
    {
        IReadOnlyDictionary<string, string> row = Row(folder, file);

        bool isAccepted = Read(folder, row, out ReportError error);

        Assert.True(isAccepted, $"{file}: {error}");
        JsonElement expected = ReportCorpus.ExpectedDatapoints.GetProperty(file);
        Assert.Equal(ReportText.Of(expected), ReportText.Of(Report));
        Assert.Equal(row["report_id"], Report.ReportId.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(row["datapoints"], Report.Datapoints.Datapoints.Length.ToString(CultureInfo.InvariantCulture));
    }

    private static void CheckInvalid(string folder, string file)
    {
        IReadOnlyDictionary<string, string> row = Row(folder, file);

        bool isAccepted = Read(folder, row, out ReportError error);

        Assert.False(isAccepted, file);
        Assert.Equal((row["error_code"], row["rule"]), (error.Code, error.Rule.ToString()));
        Assert.Equal(row["report_id_echoed"], Report.HasReportId ? Report.ReportId.ToString(CultureInfo.InvariantCulture) : "");
        Assert.Equal(0, Report.Datapoints.Datapoints.Length + Report.Dropped.Length);
        Assert.EndsWith(".", error.Message);
    }

    private static IReadOnlyDictionary<string, string> Row(string folder, string file) =>
        ReportCorpus.Index(folder).Single(row => row["file"] == file);

    private static bool Read(string folder, IReadOnlyDictionary<string, string> row, out ReportError error)
    {
        byte[] payload = File.ReadAllBytes(Path.Combine(folder, row["file"]));
        return Reader.TryRead(payload, ReportCorpus.FormatOf(row["format"]), ReportCorpus.Metrics, Report, out error);
    }
}
