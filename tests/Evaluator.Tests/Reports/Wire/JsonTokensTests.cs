using System;
using System.Globalization;
using System.Text;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Reports.Wire;
using Xunit;

namespace Defender.Evaluator.Tests.Reports.Wire;

/// <summary>RFC 8259 to the letter (R02).</summary>
public sealed class JsonTokensTests
{
    [Theory]
    [InlineData("null")]
    [InlineData(" \t\r\n true \t\r\n ")]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("10")]
    [InlineData("-1.50")]
    [InlineData("1e5")]
    [InlineData("1E+05")]
    [InlineData("0.0e-0")]
    [InlineData("\"\"")]
    [InlineData("\"\u007F \u0080 \uFFFF \U0010FFFF\"")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\uDE00\"")]
    [InlineData("[]")]
    [InlineData("[ ]")]
    [InlineData("{ }")]
    [InlineData("[1,[2,{\"a\":[]}],\"b\"]")]
    [InlineData("{\"a\" : 1 , \"\" : {}}")]
    public void Takes_what_the_rfc_allows(string text) => Assert.Null(FaultOf(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("", 0)]
    [InlineData(" ", 1)]
    [InlineData("nul", 0)]
    [InlineData("nulls", 4)]
    [InlineData("True", 0)]
    [InlineData("01", 0)]
    [InlineData("-01", 1)]
    [InlineData("-", 1)]
    [InlineData("+1", 0)]
    [InlineData(".5", 0)]
    [InlineData("1.", 2)]
    [InlineData("1.e5", 2)]
    [InlineData("1e", 2)]
    [InlineData("1e+", 3)]
    [InlineData("0x10", 1)]
    [InlineData("1 2", 2)]
    [InlineData("NaN", 0)]
    [InlineData("Infinity", 0)]
    [InlineData("-Infinity", 1)]
    [InlineData("'a'", 0)]
    [InlineData("\"a", 2)]
    [InlineData("\"a\\", 3)]
    [InlineData("\"a\\\"", 4)]
    [InlineData("\"a\tb\"", 2)]
    [InlineData("\"a234567890123456\nb\"", 17)] // in the second block of 16
    [InlineData("\"\\x\"", 1)]
    [InlineData("\"\\u12G4\"", 1)]
    [InlineData("\"a\\u12\"", 2)]
    [InlineData("\"\\uD800\"", 1)]
    [InlineData("\"\\uD800\\u0041\"", 1)]
    [InlineData("\"\\uD800\\n1234\"", 1)]
    [InlineData("\"\\uDC00\\uD800\"", 1)]
    [InlineData("[", 1)]
    [InlineData("[1", 2)]
    [InlineData("[1,]", 3)]
    [InlineData("[,1]", 1)]
    [InlineData("[1 2]", 3)]
    [InlineData("[1}", 2)]
    [InlineData("{1:2}", 1)]
    [InlineData("{\"a\"}", 4)]
    [InlineData("{\"a\":}", 5)]
    [InlineData("{\"a\":1,}", 7)]
    [InlineData("{\"a\":1]", 6)]
    [InlineData("{\"a\" 1}", 5)]
    [InlineData("{\"a\":1 \"b\":2}", 7)]
    [InlineData("]", 0)]
    [InlineData("{}}", 2)]
    [InlineData("// c\n1", 0)]
    [InlineData("1/**/", 1)]
    [InlineData("\uFEFF1", 0)]
    [InlineData("\u00A01", 0)]
    [InlineData("1\0", 1)]
    public void Refuses_what_the_rfc_does_not(string text, int offset)
    {
        TokenFault? fault = FaultOf(Encoding.UTF8.GetBytes(text));

        Assert.Equal((ReportRule.R02, offset), (fault?.Rule, fault?.Offset));
    }

    [Theory]
    [InlineData("22 C0 AF 22")] // overlong slash
    [InlineData("22 E0 80 AF 22")]
    [InlineData("22 ED A0 80 22")] // a surrogate
    [InlineData("22 F4 90 80 80 22")] // above U+10FFFF
    [InlineData("22 E6 B3 22")] // cut off
    [InlineData("22 FF 22")]
    [InlineData("22 80 22")]
    [InlineData("22 5C 75 30 30 34 31 C0 22")] // behind an escape
    [InlineData("22 5C C3 A9 22")] // escaped
    public void Refuses_strings_that_are_not_utf8(string hex) =>
        Assert.Equal(ReportRule.R02, FaultOf(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))?.Rule);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\\u0041\\u00e9\\u6CF5\\ud83d\\ude00", "Aé泵\U0001F600")]
    [InlineData("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t")]
    [InlineData("0123456789abcdef0123456789abcdef\\n", "0123456789abcdef0123456789abcdef\n")]
    [InlineData("é\\né", "é\né")]
    [InlineData("\\u0000", "\0")]
    public void Resolves_escapes(string raw, string expected)
    {
        var tokens = new JsonTokens(Encoding.UTF8.GetBytes($"\"{raw}\""), new TextScratch());

        Assert.Equal(TokenKind.String, tokens.Read());

        Assert.Equal(expected, Encoding.UTF8.GetString(tokens.Text));
        Assert.Equal(TokenKind.End, tokens.Read());
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("12.0", "12")]
    [InlineData("1e3", "1000")]
    [InlineData("-1.5e1", "-15")]
    [InlineData("999999999999999999", "999999999999999999")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("18446744073709551617", "18446744073709551617")]
    [InlineData("1.8446744073709552e+19", "18446744073709551616")] // the double, not the digits
    [InlineData("12345678901234567890123456789012345678", "12345678901234567890123456789012345678")]
    [InlineData("1e400", "170141183460469231731687303715884105727")]
    [InlineData("-1e400", "-170141183460469231731687303715884105728")]
    [InlineData("1e-400", "0")]
    [InlineData("0.5", null)]
    [InlineData("-4503599627370495.5", null)]
    [InlineData("1e99999999999999999999", "170141183460469231731687303715884105727")]
    public void Whole_numbers_are_found_in_any_form(string text, string? expected)
    {
        var tokens = new JsonTokens(Encoding.UTF8.GetBytes(text), new TextScratch());
        Assert.Equal(TokenKind.Number, tokens.Read());

        bool isWhole = tokens.Number.TryGetWhole(out Int128 whole);

        Assert.Equal(expected, isWhole ? whole.ToString(CultureInfo.InvariantCulture) : null);
        Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), tokens.Number.Value);
    }

    [Fact]
    public void A_thousand_digits_are_a_number()
    {
        var tokens = new JsonTokens(Encoding.UTF8.GetBytes(new string('9', 1000)), new TextScratch());

        Assert.Equal(TokenKind.Number, tokens.Read());

        Assert.True(tokens.Number.TryGetWhole(out Int128 whole));
        Assert.Equal(Int128.MaxValue, whole);
    }

    private static TokenFault? FaultOf(byte[] payload)
    {
        var tokens = new JsonTokens(payload, new TextScratch());
        while (true)
        {
            switch (tokens.Read())
            {
                case TokenKind.Fault:
                    return tokens.Fault;
                case TokenKind.End:
                    return null;
            }
        }
    }
}
