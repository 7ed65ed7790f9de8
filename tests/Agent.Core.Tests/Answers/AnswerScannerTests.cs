using System;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Reports;
using Defender.Tests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Agent.Core.Tests.Answers;

public sealed class AnswerScannerTests
{
    private readonly Answer _answer = new();

    [Theory]
    [InlineData("accepted", AnswerStatus.Accepted, 1700000300, "", "")]
    [InlineData("rejected-invalid-payload", AnswerStatus.Rejected, 1700000300, "InvalidPayload", "Malformed metrics report")]
    [InlineData("rejected-invalid-payload-no-id", AnswerStatus.Rejected, Answer.NoReportId, "InvalidPayload", "Malformed metrics report")]
    [InlineData("rejected-throttled", AnswerStatus.Rejected, 1700000330, "Throttled", "Metrics reports are accepted once in 300 seconds")]
    public void Reads_the_answers_of_the_contract(string name, AnswerStatus status, long reportId, string code, string message)
    {
        foreach ((ReportFormat format, string extension) in new[] { (ReportFormat.Json, ".json"), (ReportFormat.Cbor, ".cbor") })
        {
            byte[] document = File.ReadAllBytes(RepositoryFiles.Contract("responses", name + extension));

            Assert.True(Scan(format, document));

            Assert.Equal(
                (status, reportId, code, message, ""),
                (_answer.Status, _answer.ReportId, _answer.ErrorCode, _answer.ErrorMessage, _answer.Detail));
        }
    }

    [Fact]
    public void Reads_the_detail_and_every_escape()
    {
        Assert.True(ScanJson(
            """{"status":"REJECTED","statusDetails":{"Detail":"\u0041\"\\\/\b\f\n\r\t\u00e9\u6cf5\ud83d\ude00 é"}}"""));

        Assert.Equal("A\"\\/\b\f\n\r\té泵😀 é", _answer.Detail);
    }

    [Fact]
    public void Members_of_the_same_names_elsewhere_are_not_taken()
    {
        Assert.True(ScanJson(
            """
            {"other":{"status":"ACCEPTED","reportId":9,"statusDetails":{"ErrorCode":"x"}},"list":[{"status":"ACCEPTED"},"ACCEPTED"],
             "ErrorCode":"y","statusDetails":{"status":"ACCEPTED","reportId":8,"deeper":{"ErrorMessage":"z"},"ErrorCode":"Throttled"},
             "status":"REJECTED","reportId":7}
            """));

        Assert.Equal(
            (AnswerStatus.Rejected, 7L, "Throttled", ""),
            (_answer.Status, _answer.ReportId, _answer.ErrorCode, _answer.ErrorMessage));
    }

    [Fact]
    public void The_form_the_guide_prints_is_an_answer_without_an_id()
    {
        Assert.True(ScanJson("""{"thingName":"pump-17","12334567":1635800375,"status":"ACCEPTED","timestamp":1700000301123}"""));

        Assert.Equal(Answer.NoReportId, _answer.ReportId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ACCEPTED")]
    [InlineData("\"ACCEPTED\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"status":"accepted"}""")]
    [InlineData("""{"status":"ACCEPTED"}}""")]
    [InlineData("""{"status":"ACCEPTED"} x""")]
    [InlineData("""{"status":"ACCEPTED",}""")]
    [InlineData("""{"status":"ACCEPTED" "a":1}""")]
    [InlineData("""{,"status":"ACCEPTED"}""")]
    [InlineData("""{"status":"ACCEPTED","a"}""")]
    [InlineData("""{"status":"ACCEPTED","a":[1,]}""")]
    [InlineData("""{"status":"ACCEPTED","a":[1}""")]
    [InlineData("""{"status":"ACCEPTED","a":01}""")]
    [InlineData("""{"status":"ACCEPTED","a":1.}""")]
    [InlineData("""{"status":"ACCEPTED","a":1e}""")]
    [InlineData("""{"status":"ACCEPTED","a":-}""")]
    [InlineData("""{"status":"ACCEPTED","a":NaN}""")]
    [InlineData("""{"status":"ACCEPTED","a":tru}""")]
    [InlineData("""{"status":"ACCEPTED","a":"\x"}""")]
    [InlineData("""{"status":"ACCEPTED","a":"\ud83d"}""")]
    [InlineData("""{"status":"ACCEPTED","a":"\ude00"}""")]
    [InlineData("""{"status":"ACCEPTED","a":"\u12g4"}""")]
    public void Broken_JSON_and_answers_that_say_nothing_are_refused(string document)
    {
        Assert.False(ScanJson(document));

        Assert.Equal(AnswerStatus.None, _answer.Status);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("7.5")]
    [InlineData("7e0")]
    [InlineData("9223372036854775808")]
    [InlineData("\"7\"")]
    [InlineData("null")]
    public void An_id_that_is_no_id_is_passed_over(string value)
    {
        Assert.True(ScanJson($$"""{"status":"ACCEPTED","reportId":{{value}}}"""));

        Assert.Equal(Answer.NoReportId, _answer.ReportId);
    }

    [Fact]
    public void The_greatest_id_is_read()
    {
        Assert.True(ScanJson("""{"status":"ACCEPTED","reportId":9223372036854775807}"""));

        Assert.Equal(long.MaxValue, _answer.ReportId);
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    public void Nesting_ends_at_16(int listsBelowTheRoot, bool isRead)
    {
        string document = "{\"a\":" + new string('[', listsBelowTheRoot) + new string(']', listsBelowTheRoot) + ",\"status\":\"ACCEPTED\"}";
        byte[] cbor = [0xA2, 0x61, (byte)'a', .. Enumerable.Repeat((byte)0x81, listsBelowTheRoot - 1), 0x80, .. StatusAccepted];

        Assert.Equal(isRead, ScanJson(document));
        Assert.Equal(isRead, Scan(ReportFormat.Cbor, cbor));
    }

    [Theory]
    [InlineData('x', 600, 512)]
    [InlineData('é', 300, 256)]
    [InlineData('泵', 300, 170)]
    public void Long_texts_are_cut_between_characters(char letter, int count, int expected)
    {
        string text = new(letter, count);

        Assert.True(ScanJson($$$"""{"status":"REJECTED","statusDetails":{"Detail":"{{{text}}}"},"reportId":3}"""));

        Assert.Equal(new string(letter, expected), _answer.Detail);
        Assert.Equal(3, _answer.ReportId);
    }

    [Theory]
    [InlineData("bf667374617475737f6441434345645054 4544ffff", true)] // indefinite map and text
    [InlineData("d9d9f7a16673746174757368414343455054 4544", true)] // self-described
    [InlineData("a26161f97e00 6673746174757368414343455054 4544", true)] // a float before it
    [InlineData("a2616139ffff 6673746174757368414343455054 4544", true)] // a negative number
    [InlineData("a2616142ffff 6673746174757368414343455054 4544", true)] // a byte string
    [InlineData("a16673746174757368414343455054 454400", false)] // bytes after it
    [InlineData("a1667374617475737841434345505445", false)] // a text longer than the document
    [InlineData("bf6673746174757368414343455054 4544", false)] // no break
    [InlineData("bf6673746174757368414343455054454461 61ff", false)] // a name without a value
    [InlineData("a2016161 6673746174757368414343455054 4544", false)] // a name that is a number
    [InlineData("bb7fffffffffffffff00", false)] // a map of 2^63 members
    [InlineData("bbffffffffffffffff00", false)]
    [InlineData("a261619b4000000000000000 00", false)]
    [InlineData("a161611c", false)] // a reserved length
    [InlineData("a16161ff", false)] // a break where a value belongs
    [InlineData("a1", false)]
    [InlineData("", false)]
    public void Reads_what_CBOR_allows_and_refuses_what_it_does_not(string hex, bool isRead)
    {
        Assert.Equal(isRead, Scan(ReportFormat.Cbor, Convert.FromHexString(hex.Replace(" ", ""))));
    }

    [Fact]
    public void Every_cut_of_an_answer_is_refused()
    {
        foreach ((ReportFormat format, string extension) in new[] { (ReportFormat.Json, ".json"), (ReportFormat.Cbor, ".cbor") })
        {
            byte[] document = File.ReadAllBytes(RepositoryFiles.Contract("responses", "rejected-throttled" + extension));
            int end = format == ReportFormat.Json ? Array.LastIndexOf(document, (byte)'}') : document.Length - 1;
            for (int length = 0; length <= end; length++)
                Assert.False(Scan(format, document[..length]), $"{extension} cut at {length}");
        }
    }

    [Fact]
    public void Nothing_that_arrives_makes_it_throw()
    {
        byte[][] seeds = Directory.GetFiles(RepositoryFiles.Contract("responses")).Select(File.ReadAllBytes).ToArray();
        Gen<byte[]> mutated =
            from seed in Gen.Elements(seeds)
            from position in Gen.Choose(0, seed.Length - 1)
            from patch in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(3)
            select seed[..position].Concat(patch).Concat(seed[Math.Min(seed.Length, position + 2)..]).ToArray();
        Gen<byte[]> noise = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
        Prop.ForAll(Gen.OneOf(mutated, noise).ToArbitrary(), document =>
        {
            foreach (ReportFormat format in new[] { ReportFormat.Json, ReportFormat.Cbor })
            {
                bool isRead = Scan(format, document);
                if (isRead != (_answer.Status != AnswerStatus.None))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Reads_a_part_of_a_buffer_only()
    {
        byte[] document = Encoding.UTF8.GetBytes("xx{\"status\":\"ACCEPTED\"}}");
        AnswerScanner scanner = new(ReportFormat.Json);

        Assert.True(scanner.TryScan(document, 2, document.Length - 3, _answer));
        Assert.False(scanner.TryScan(document, 2, document.Length, _answer));
        Assert.False(scanner.TryScan(document, -1, 2, _answer));
    }

    private static byte[] StatusAccepted => [0x66, .. "status"u8, 0x68, .. "ACCEPTED"u8];

    private bool ScanJson(string document) => Scan(ReportFormat.Json, Encoding.UTF8.GetBytes(document));

    private bool Scan(ReportFormat format, byte[] document) => new AnswerScanner(format).TryScan(document, 0, document.Length, _answer);
}
