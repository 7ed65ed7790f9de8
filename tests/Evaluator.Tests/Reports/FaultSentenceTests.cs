using System;
using System.Text;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>What a device's developer is told of a document that is none: each way to be wrong has a sentence of its own.</summary>
public sealed class FaultSentenceTests
{
    private const string Header = """{"header":{"report_id":1,"version":"1.0"},"metrics":{}}""";

    [Theory]
    [InlineData(Header + " x", "nothing but blanks may follow the report")]
    [InlineData("""{"header" 1}""", "a colon must follow the name")]
    [InlineData("""{"header":{}; }""", "a comma or the end of the object must stand here")]
    [InlineData("""{"metrics":{"listening_tcp_ports":{"ports":[{} {}]}}}""", "a comma or the end of the list must stand here")]
    [InlineData("\uFEFF{}", "a byte order mark is not allowed")]
    [InlineData("""{"header":,}""", "a value must stand here")]
    [InlineData("""{header:1}""", "a name in double quotes must stand here")]
    [InlineData("""{"header":nil}""", "the only bare words are true, false and null")]
    [InlineData("""{"header":-}""", "a digit must follow the minus")]
    [InlineData("""{"header":01}""", "a number has no leading zeros")]
    [InlineData("""{"header":1.}""", "a digit must follow the decimal point")]
    [InlineData("""{"header":1e}""", "a digit must follow the exponent mark")]
    [InlineData("""{"header""", "the payload is cut off: the string has no end")]
    [InlineData("{\"he\nader\":1}", "control characters must be escaped")]
    [InlineData("""{"he\qader":1}""", "the escape is none of RFC 8259, or half of a surrogate pair")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}""", "at most 16 levels of objects and lists are allowed")]
    [InlineData("""{"header":""", "the payload is cut off: a value must stand here")]
    public void Of_JSON(string document, string sentence) => Assert.Equal($"Not well-formed: {sentence}.", Fault(Encoding.UTF8.GetBytes(document), ReportFormat.Json));

    [Theory]
    [InlineData("A16161", "the payload is cut off: an item must stand here")]
    [InlineData("A10101", "the name of a member must be a text string")]
    [InlineData("A16161C101", "tags are not allowed")]
    [InlineData("A161614101", "byte strings are not allowed")]
    [InlineData("A16161F97E", "the payload is cut off: a float must stand here")]
    [InlineData("A16161F7", "undefined is not allowed")]
    [InlineData("A16161FF", "a break may only end an object or list of indefinite length")]
    [InlineData("A16161E0", "the only simple values are true, false and null")]
    [InlineData("A16161F97E00", "not-a-number and infinity are not allowed")]
    [InlineData("A161617F6161", "the payload is cut off: the string has no end")]
    [InlineData("A161617F01FF", "a string is made of chunks of text of definite length")]
    [InlineData("A161617861", "the string is longer than the payload")]
    [InlineData("A1616161FF", "the string is not UTF-8")]
    [InlineData("A161611C", "the length code is reserved, or of an item without indefinite form")]
    [InlineData("A1616119FF", "the payload is cut off: a length or number must stand here")]
    [InlineData("A161619AFFFFFFFF", "the list or object has more items than the payload has bytes")]
    public void Of_CBOR(string hex, string sentence) => Assert.Equal($"Not well-formed: {sentence}.", Fault(Convert.FromHexString(hex), ReportFormat.Cbor));

    private static string Fault(byte[] payload, ReportFormat format)
    {
        Assert.False(new ReportReader().TryRead(payload, format, MetricCatalog.BuiltIn, new Report(), out ReportError error));
        return error.Message;
    }
}
