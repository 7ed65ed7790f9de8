using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>R18.</summary>
public sealed class ReportAdmissionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] FirstReport = Encoding.UTF8.GetBytes("first");
    private static readonly byte[] OtherReport = Encoding.UTF8.GetBytes("other");

    private static readonly JsonElement Sequences =
        JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Contract("reports", "sequences.json"))).RootElement.GetProperty("sequences");

    public static TheoryData<string> SequenceNames => new(Sequences.EnumerateArray().Select(sequence => sequence.GetProperty("name").GetString()!));

    [Theory]
    [MemberData(nameof(SequenceNames))]
    public void Sequences_of_the_contract_have_their_outcomes(string name)
    {
        JsonElement sequence = Sequences.EnumerateArray().Single(candidate => candidate.GetProperty("name").GetString() == name);
        var states = new Dictionary<string, AdmissionState>();
        var reader = new ReportReader();
        var report = new Report();
        foreach (JsonElement step in sequence.GetProperty("steps").EnumerateArray())
        {
            DateTimeOffset at = Start.AddSeconds(step[0].GetDouble());
            string thing = step[1].GetString()!;
            string file = step[2].GetString()!;

            string outcome = Receive(thing, file, at);

            Assert.Equal((file, step[3].GetString()), (file, outcome));
        }

        string Receive(string thing, string file, DateTimeOffset at)
        {
            byte[] payload = File.ReadAllBytes(Path.Combine(ReportCorpus.Folder("valid"), file));
            ReportFormat format = ReportCorpus.FormatOf(Path.GetExtension(file)[1..]);
            AdmissionState state = states.GetValueOrDefault(thing);
            AdmissionDecision decision = ReportAdmission.Default.Decide(state, payload, at, out PayloadDigest digest);
            if (decision == AdmissionDecision.Throttle)
                return "Throttled";
            if (decision == AdmissionDecision.AcceptUnread)
                return "accepted-duplicate";
            if (!reader.TryRead(payload, format, ReportCorpus.Metrics, report, out ReportError error))
                return error.Code;
            Assert.Equal(AdmissionDecision.Read, decision);
            states[thing] = state.Accept(digest, at);
            return "accepted";
        }
    }

    [Theory]
    [InlineData(0, AdmissionDecision.Throttle)]
    [InlineData(269.999, AdmissionDecision.Throttle)]
    [InlineData(270, AdmissionDecision.Read)]
    [InlineData(300, AdmissionDecision.Read)]
    [InlineData(-0.001, AdmissionDecision.Read)]
    [InlineData(-86400, AdmissionDecision.Read)] // the clock was set back
    public void The_interval_less_its_slack_must_have_passed(double seconds, AdmissionDecision expected) =>
        Assert.Equal(expected, ReportAdmission.Default.Decide(After(FirstReport), OtherReport, Start.AddSeconds(seconds), out _));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 30, 0)]
    [InlineData(5, 10, 0)]
    public void Without_an_interval_beyond_its_slack_every_report_is_read(double interval, double slack, double seconds)
    {
        var admission = new ReportAdmission(TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(slack));

        Assert.Equal(AdmissionDecision.Read, admission.Decide(After(FirstReport), OtherReport, Start.AddSeconds(seconds), out _));
    }

    [Fact]
    public void A_configured_interval_is_kept()
    {
        var admission = new ReportAdmission(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));

        Assert.Equal(AdmissionDecision.Throttle, admission.Decide(After(FirstReport), OtherReport, Start.AddSeconds(8.9), out _));
        Assert.Equal(AdmissionDecision.Read, admission.Decide(After(FirstReport), OtherReport, Start.AddSeconds(9), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReportAdmission(TimeSpan.FromSeconds(-1), TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReportAdmission(TimeSpan.Zero, TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public void A_payload_of_wrong_size_is_rejected_before_its_time_is_looked_at()
    {
        AdmissionState state = After(FirstReport);

        Assert.Equal(AdmissionDecision.ReadToReject, ReportAdmission.Default.Decide(state, [], Start, out _));
        Assert.Equal(AdmissionDecision.ReadToReject, ReportAdmission.Default.Decide(state, new byte[131073], Start, out _));
        Assert.Equal(AdmissionDecision.Throttle, ReportAdmission.Default.Decide(state, new byte[131072], Start, out _));
    }

    [Fact]
    public void Only_the_last_accepted_payload_is_a_repeat()
    {
        AdmissionState state = After(FirstReport).Accept(PayloadDigest.Of(OtherReport), Start.AddSeconds(300));

        Assert.Equal(AdmissionDecision.AcceptUnread, ReportAdmission.Default.Decide(state, OtherReport, Start.AddSeconds(301), out _));
        Assert.Equal(AdmissionDecision.Throttle, ReportAdmission.Default.Decide(state, FirstReport, Start.AddSeconds(301), out _));
        Assert.Equal(AdmissionDecision.Read, ReportAdmission.Default.Decide(state, FirstReport, Start.AddSeconds(600), out _));
    }

    [Fact]
    public void A_state_survives_being_written()
    {
        AdmissionState state = new AdmissionState().Accept(PayloadDigest.Of(FirstReport), Start.ToOffset(TimeSpan.FromHours(5)).AddTicks(7));
        byte[] bytes = new byte[AdmissionState.SizeInBytes];

        state.Write(bytes);

        Assert.Equal(state, AdmissionState.Read(bytes));
        Assert.Equal(Start.AddTicks(7), AdmissionState.Read(bytes).LastAcceptedAt);
        default(AdmissionState).Write(bytes);
        Assert.Equal(new byte[24], bytes);
        Assert.Equal(default, AdmissionState.Read(bytes));
    }

    [Fact]
    public void Bytes_that_hold_no_state_are_told()
    {
        byte[] bytes = new byte[AdmissionState.SizeInBytes];
        bytes.AsSpan().Fill(0xFF);

        Assert.Throws<ArgumentException>(() => AdmissionState.Read(bytes));
        bytes[7] = 0x7F;
        Assert.Throws<ArgumentException>(() => AdmissionState.Read(bytes));
        Assert.Throws<ArgumentException>(() => AdmissionState.Read(new byte[23]));
        Assert.Throws<ArgumentException>(() => default(AdmissionState).Write(new byte[23]));
    }

    [Fact]
    public void The_digest_is_the_start_of_sha_256()
    {
        // FIPS 180-4's example "abc".
        Assert.Equal(UInt128.Parse("ba7816bf8f01cfea414140de5dae2223", System.Globalization.NumberStyles.HexNumber, null), PayloadDigest.Of("abc"u8).Bits);
    }

    private static AdmissionState After(byte[] payload) => new AdmissionState().Accept(PayloadDigest.Of(payload), Start);
}
