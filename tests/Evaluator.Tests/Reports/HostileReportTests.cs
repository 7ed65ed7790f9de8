using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Defender.Evaluator.Reports;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>Payloads of the full 128 KiB, made to cost as much as they can.</summary>
public sealed class HostileReportTests
{
    private const long MaxAllocated = 8 << 20; // tables and buffers growing to their largest, once
    private const long MaxAllocatedAgain = 16 << 10; // the text of an error

    // Each takes a few milliseconds; the limit only tells quadratic from linear, on any machine.
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Names => new(Payloads().Select(payload => payload.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Cost_is_bounded(string name)
    {
        (_, ReportFormat format, byte[] payload, ReportRule rule) = Payloads().Single(payload => payload.Name == name);
        Assert.InRange(payload.Length, 100_000, ReportReader.MaxPayloadLength);
        var reader = new ReportReader();
        var report = new Report();

        var stopwatch = Stopwatch.StartNew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        reader.TryRead(payload, format, ReportCorpus.Metrics, report, out ReportError error);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(stopwatch.Elapsed, TimeSpan.Zero, MaxTime);
        Assert.Equal((rule, error.Message), (error.Rule, error.Message));
        Assert.InRange(allocated, 0, MaxAllocated);
        long allowed = rule == ReportRule.None ? 0 : MaxAllocatedAgain;
        Assert.InRange(AllocatedBytes.Of(() => reader.TryRead(payload, format, ReportCorpus.Metrics, report, out _), allowed), 0, allowed);
    }

    private static IEnumerable<(string Name, ReportFormat Format, byte[] Payload, ReportRule Rule)> Payloads()
    {
        yield return Json("unknown names", Repeat(11000, i => $"'{i:x}n':0"), "'met':{{{0}}}", ReportRule.None);
        yield return Json("equal starts", Repeat(400, i => $"'{new string('a', 300)}{i}':0"), "'met':{{{0}}}", ReportRule.None);
        yield return Json("escaped names", Repeat(7500, i => $"'\\u0061\\u{i:x4}':0"), "'met':{{{0}}}", ReportRule.None);
        yield return Json("small objects", Repeat(16000, _ => "{'':0}"), "'met':{{'x':[{0}]}}", ReportRule.None);
        yield return Json("empty ports", Repeat(40000, _ => "{}"), "'met':{{'tp':{{'pts':[{0}]}}}}", ReportRule.None);
        yield return Json("bad ports", Repeat(25000, _ => "null"), "'met':{{'tp':{{'pts':[{0}]}}}}", ReportRule.R12);
        yield return Json("addresses", Repeat(4300, i => $"{{'rad':'[{i:x}::{i:x}]:{i + 1}'}}"), "'met':{{'tc':{{'ec':{{'cs':[{0}]}}}}}}", ReportRule.None);
        yield return Json("long numbers", Repeat(160, i => $"{i}.{new string('3', 800)}"), "'cmet':{{'latencies':[{{'number_list':[{0}]}}]}}", ReportRule.None);
        yield return Json("long exponents", Repeat(160, i => $"{i}e-{new string('3', 800)}"), "'cmet':{{'latencies':[{{'number_list':[{0}]}}]}}", ReportRule.None);
        yield return Json("long counter", Repeat(1, _ => new string('9', 120000)), "'met':{{'ns':{{'bi':{0}}}}}", ReportRule.R11);
        yield return Json("long string", Repeat(1, _ => new string('9', 120000)), "'metrics':{{}},'x':'{0}'", ReportRule.None);
        yield return Json("bad end", Repeat(40000, _ => "{}"), "'met':{{'tp':{{'pts':[{0}]}}}},", ReportRule.R02);
        yield return Cbor("short names", CborNames());
        yield return Cbor("chunks", [0xA1, 0x7F, .. Enumerable.Repeat((byte)0x60, 131000)]);
    }

    private static (string, ReportFormat, byte[], ReportRule) Json(string name, string items, string format, ReportRule rule)
    {
        string body = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, items);
        return (name, ReportFormat.Json, SampleReport.Json($"{{'hed':{{'rid':7,'v':'1.0'}},{body}}}"), rule);
    }

    private static (string, ReportFormat, byte[], ReportRule) Cbor(string name, byte[] payload) => (name, ReportFormat.Cbor, payload, ReportRule.R17);

    private static string Repeat(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));

    /// <summary>A map of as many distinct names as fit, and no break.</summary>
    private static byte[] CborNames()
    {
        List<byte> payload = [0xBF];
        for (int i = 0; payload.Count < 131000; i++)
            payload.AddRange([0x63, (byte)('0' + (i & 63)), (byte)('0' + (i >> 6 & 63)), (byte)('0' + (i >> 12)), 0x00]);
        return [.. payload];
    }
}
