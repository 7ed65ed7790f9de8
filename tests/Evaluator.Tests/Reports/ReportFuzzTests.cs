using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>
/// Mutants of the corpora: whatever comes, the reader answers, without exception, within bounds of memory, and as strictly as
/// System.Text.Json at its strictest. DEFENDER_FUZZ_RUNS sets the number of mutants of each format, DEFENDER_FUZZ_SEED the seed.
/// </summary>
public sealed class ReportFuzzTests
{
    // The text of an error, and what the reader grows by when a mutant is larger than all before it.
    private const long MaxBytesFirstRead = 4 << 20;
    private const long MaxBytesOfError = 16 << 10;

    private static readonly int Runs = Setting("DEFENDER_FUZZ_RUNS", 25_000);
    private static readonly int Seed = Setting("DEFENDER_FUZZ_SEED", 20261121);

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private readonly ReportReader _reader = new();
    private readonly Report _report = new();

    [Theory]
    [InlineData(ReportFormat.Json)]
    [InlineData(ReportFormat.Cbor)]
    public void Mutants_are_answered_within_bounds(ReportFormat format)
    {
        List<byte[]> payloads = [.. ReportCorpus.All().Where(file => file.Format == format && file.Payload.Length is > 0 and < 8192).Select(file => file.Payload)];
        var mutator = new Mutator(new Random(Seed), payloads);
        int accepted = 0;
        for (int run = 0; run < Runs; run++)
        {
            byte[] payload = mutator.Next();
            try
            {
                accepted += Check(payload, format) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"run {run} of seed {Seed}: {Convert.ToHexString(payload)}", e);
            }
        }

        // Mutants that never get past the tokens would test little.
        Assert.InRange(accepted, Runs / 50, Runs);
    }

    private bool Check(byte[] payload, ReportFormat format)
    {
        long start = GC.GetAllocatedBytesForCurrentThread();
        bool isAccepted = Read(payload, format, out ReportError error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, MaxBytesFirstRead);
        string text = isAccepted ? ReportText.Of(_report) : "";

        long allowed = isAccepted ? 0 : MaxBytesOfError;
        Assert.InRange(AllocatedBytes.Of(() => Read(payload, format, out _), allowed), 0, allowed);
        bool isAcceptedAgain = Read(payload, format, out ReportError errorAgain);
        Assert.Equal((isAccepted, error), (isAcceptedAgain, errorAgain));
        if (isAccepted)
        {
            Assert.Equal(text, ReportText.Of(_report));
            CheckReport();
        }
        else
        {
            CheckError(error, payload, format);
        }

        if (format == ReportFormat.Json && payload.Length > 0)
            Assert.Equal(IsWellFormed(payload), isAccepted || !IsNotWellFormed(error));
        return isAccepted;
    }

    private void CheckReport()
    {
        Assert.True(_report.HasReportId);
        Assert.InRange(_report.ReportId, 0, long.MaxValue);
        foreach (Datapoint datapoint in _report.Datapoints.Datapoints)
        {
            Assert.InRange(datapoint.Count, 0, long.MaxValue);
            Assert.True(double.IsFinite(datapoint.Number));
            MetricValue value = _report.Datapoints.ToMetricValue(datapoint);
            Assert.Equal(value.Ports.Distinct(), value.Ports);
            Assert.DoesNotContain(0, value.Ports);
            Assert.Equal(value.Cidrs.Distinct(), value.Cidrs);
            Assert.All(value.Numbers, number => Assert.True(double.IsFinite(number)));
        }
    }

    private void CheckError(ReportError error, byte[] payload, ReportFormat format)
    {
        Assert.Equal(0, _report.Datapoints.Datapoints.Length + _report.Dropped.Length);
        Assert.Equal("InvalidPayload", error.Code);
        Assert.NotEqual(format == ReportFormat.Json ? ReportRule.R17 : ReportRule.R02, error.Rule);
        Assert.InRange(error.Offset, 0, payload.Length);
        Assert.EndsWith(".", error.Message);
        Assert.InRange(error.Message.Length, 10, 600);
        Assert.DoesNotContain(error.Path + error.Message, char.IsControl);
        if (IsNotWellFormed(error))
            Assert.False(_report.HasReportId);
    }

    /// <summary>Whether the error is of the kind that a JSON reader finds, and not of a report's rules.</summary>
    private static bool IsNotWellFormed(ReportError error) =>
        error.Rule is ReportRule.R02 or ReportRule.R05
        || (error.Rule == ReportRule.R04 && error.Message.EndsWith("stands twice in one object.", StringComparison.Ordinal));

    private static bool IsWellFormed(byte[] payload)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload, Strict);
            Visit(document.RootElement);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // the second for strings that are not UTF-8, or halves of surrogate pairs
        }
    }

    private static void Visit(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Visit(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                    Visit(item);
                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
        }
    }

    private bool Read(byte[] payload, ReportFormat format, out ReportError error) =>
        _reader.TryRead(payload, format, ReportCorpus.Metrics, _report, out error);

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
